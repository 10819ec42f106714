"""Addresses of the pages around the door."""

from django.urls import path

from users import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("activate/", views.Activate.as_view(), name="activate-page"),
    path("forgotten/", views.Forgotten.as_view(), name="forgotten-page"),
    path("language/", views.language, name="language"),
]
