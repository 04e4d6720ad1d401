from django.urls import path

from procurement import feeds, views

urlpatterns = [
    path("feed/markterkundungen.atom", feeds.explorations, name="exploration_feed"),
    path("api/v1/market-explorations/<slug:slug>/ical", feeds.exploration_calendar, name="exploration_calendar"),
    path("markterkundungen/", views.exploration_list, name="exploration_list"),
    path("markterkundungen/<slug:slug>/", views.exploration_detail, name="exploration_detail"),
    path("ausschreibungen/", views.tender_list, name="tender_list"),
    path("ausschreibungen/<slug:slug>/", views.tender_detail, name="tender_detail"),
]
