from django.urls import path

from subscriptions import views
from subscriptions.webhooks import page

urlpatterns = [
    path("abo/", views.subscribe_page, name="subscribe"),
    path("abo/gesendet/", views.sent, name="subscribe_sent"),
    path("abo/bestaetigen/<str:token>/", views.confirm_page, name="subscription_confirm"),
    path("abo/adresse/<str:token>/", views.move_page, name="subscription_move"),
    path("abo/<str:token>/", views.manage, name="subscription_manage"),
    path("abo/<str:token>/vorschau/", views.preview, name="subscription_preview"),
    path("abo/<str:token>/webhooks/", page.webhooks, name="subscription_webhooks"),
    path("abo/<str:token>/abmelden/", views.unsubscribe_page, name="subscription_unsubscribe"),
]
