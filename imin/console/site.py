"""The operators' admin site."""

from django.contrib.admin import AdminSite


class ConsoleSite(AdminSite):
    """The admin under the platform's own name; it works as the database's owner (see `imin.site`)."""

    site_header = site_title = "imin console"
    index_title = "Brokers and what they set"
