from django.urls import path

from subscriptions import views

urlpatterns = [
    path("abo/", views.subscribe_page, name="subscribe"),
    path("abo/gesendet/", views.sent, name="subscribe_sent"),
    path("abo/bestaetigen/<str:token>/", views.confirm_page, name="subscription_confirm"),
    path("abo/<str:token>/", views.manage, name="subscription_manage"),
    path("abo/<str:token>/abmelden/", views.unsubscribe_page, name="subscription_unsubscribe"),
]
