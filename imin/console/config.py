"""Django's admin, with our own site in place of the default one."""

from django.contrib.admin import apps


class ConsoleAdmin(apps.AdminConfig):
    """Puts `console.site.ConsoleSite` where Django's admin site would be."""

    default_site = "imin.console.site.ConsoleSite"
