"""What the templates say with one word: an amount, an icon, nothing."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.money import shown

register = template.Library()


@register.simple_tag
def amount(value: Decimal | None, tone: str = "", *, signed: bool = False) -> SafeString:
    """Shillings in a column: thousands separated, small cents, a real minus. `tone`: in, bad or warn."""
    if value is None:
        return nil()
    text = ("+" if signed and value > 0 else "") + shown(value)
    return format_html('<span class="amount {}">{}<small>.{}</small></span>', tone, *text.rsplit(".", 1))


@register.simple_tag
def moved(value: Decimal | None, tone: str = "") -> SafeString:
    """An amount, or a dash that is read aloud as "nothing" where there was none."""
    return amount(value, tone) if value else nil()


@register.simple_tag
def nil() -> SafeString:
    return format_html(
        '<span class="nil"><span aria-hidden="true">–</span><span class="unseen">{}</span></span>', _("nothing")
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the sprite; the word beside it carries the meaning."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"></use></svg>', name)
