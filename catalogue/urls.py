from django.urls import path, re_path

from catalogue import views

urlpatterns = [
    path("loesungen/", views.solution_list, name="solution_list"),
    path("loesungen/<slug:slug>/", views.solution_detail, name="solution_detail"),
    path("loesungen/<slug:slug>/verbreitung/", views.solution_spread, name="solution_spread"),
    path("loesungen/<slug:slug>/karte.svg", views.solution_map, name="solution_map"),
    path("handlungsfelder/<slug:slug>/", views.field_detail, name="field_detail"),
    path("transfers/", views.transfer_list, name="transfer_list"),
    path("karte/im-einsatz.svg", views.country_map, name="country_map"),
    path("regionen/", views.region_list, name="region_list"),
    # a key, or what somebody typed in its place; the suggestions of the search are another page
    re_path(r"^regionen/(?P<key>(?!vorschlaege/)[^/]{1,100})/$", views.region_detail, name="region_detail"),
    re_path(r"^regionen/(?P<key>de|[0-9]{2,12})/karte\.svg$", views.region_map, name="region_map"),
]
