from django.urls import path, re_path

from catalogue import feeds, own_pages, views

urlpatterns = [
    path("feed/loesungen.atom", feeds.solutions, name="solution_feed"),
    path("feed/transfers.atom", feeds.transfers, name="transfer_feed"),
    path("api/v1/solutions/<slug:slug>/publiccode.yml", views.solution_publiccode, name="solution_publiccode"),
    path("loesungen/", views.solution_list, name="solution_list"),
    path("loesungen/naehe/", views.solution_nearness, name="solution_nearness"),
    path("suche/vorschlaege/", views.suggestions, name="suggestions"),
    path("loesungen/vergleich/", views.solution_compare, name="solution_compare"),
    path("loesungen/<slug:slug>/", views.solution_detail, name="solution_detail"),
    path("loesungen/<slug:slug>/verbreitung/", views.solution_spread, name="solution_spread"),
    path("loesungen/<slug:slug>/karte.svg", views.solution_map, name="solution_map"),
    path("loesungen/<slug:slug>/nutzen/", views.report_use_page, name="report_use"),
    path("loesungen/<slug:slug>/praxisbericht/", views.practice_report, name="practice_report"),
    path("meldung/gesendet/", views.report_sent, name="report_sent"),
    path("meldung/geloescht/", views.report_forgotten, name="report_forgotten"),
    path("meldung/<str:token>/", views.use_report, name="use_report"),
    path("praxisbericht/<str:token>/", views.practice_by_link, name="practice_by_link"),
    path("stimmt-noch/<str:token>/", views.still_true, name="still_true"),
    path("handlungsfelder/<slug:slug>/", views.field_detail, name="field_detail"),
    path("konto/organisation/<slug:slug>/vorschlagen/", own_pages.propose, name="propose"),
    path("konto/organisation/<slug:slug>/loesungen/<slug:solution>/", own_pages.own_solution, name="own_solution"),
    path("konto/organisation/<slug:slug>/nutzung/<int:pk>/", own_pages.own_transfer, name="own_transfer"),
    path("transfers/", views.transfer_list, name="transfer_list"),
    path("karte/im-einsatz.svg", views.country_map, name="country_map"),
    path("regionen/", views.region_list, name="region_list"),
    # a key, or what somebody typed in its place; the suggestions of the search are another page
    re_path(r"^regionen/(?P<key>(?!vorschlaege/)[^/]{1,100})/$", views.region_detail, name="region_detail"),
    re_path(r"^regionen/(?P<key>de|[0-9]{2,12})/karte\.svg$", views.region_map, name="region_map"),
]
