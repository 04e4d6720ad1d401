from django.urls import path

from procurement import views

urlpatterns = [
    path("markterkundungen/", views.exploration_list, name="exploration_list"),
    path("markterkundungen/<slug:slug>/", views.exploration_detail, name="exploration_detail"),
    path("ausschreibungen/", views.tender_list, name="tender_list"),
    path("ausschreibungen/<slug:slug>/", views.tender_detail, name="tender_detail"),
]
