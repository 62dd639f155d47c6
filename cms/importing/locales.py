"""The locale of an imported article, which the site is given if it has it not."""

from cms.errors import Invalid
from cms.importing.run import ImportRun
from cms.locales import clean_locale
from cms.site.service import SiteFields, get_site, update_site


async def locale_for(run: ImportRun, wanted: str | None, where: str) -> str:
    """The locale as the site writes it: the source's, else the operator's choice, else the site's default.

    A locale that the site has not is added, and the summary says so: without it, a translation would have to be left out.
    """
    async with run.transaction() as session:
        site = await get_site(session)
        locale = _cleaned(run, wanted or run.options.locale or site.default_locale, where)
        known = {one.lower(): one for one in site.locales}
        if locale is None:
            return site.default_locale
        if locale.lower() in known:
            return known[locale.lower()]
        await update_site(session, run.actor, SiteFields(locales=[*site.locales, locale]))
    run.summary.warn(where, f"The site had no locale “{locale}”; it was added")
    return locale


def _cleaned(run: ImportRun, locale: str, where: str) -> str | None:
    try:
        return clean_locale(locale, "locale")
    except Invalid:
        run.summary.warn(where, f"“{locale[:40]}” is no locale; the site's default one was taken")
        return None
