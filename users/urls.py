"""Addresses of the sign-in API, below `/api/`."""

from django.urls import path

from users.api import views

urlpatterns = [
    path("auth/login", views.Login.as_view(), name="auth-login"),
    path("auth/refresh", views.Refresh.as_view(), name="auth-refresh"),
    path("auth/logout", views.Logout.as_view(), name="auth-logout"),
    path("auth/me", views.Me.as_view(), name="auth-me"),
    path("auth/password", views.Password.as_view(), name="auth-password"),
    path("auth/activate", views.Activate.as_view(), name="auth-activate"),
    path("auth/reset", views.Reset.as_view(), name="auth-reset"),
]
