"""Accounts, their areas, roles, and what waits for a second administrator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from familycard.office.access.middleware import access_of
from familycard.office.access.role_titles import role_titles
from familycard.office.access.table import table
from familycard.office.accounts.models import AreaOfUser, User
from familycard.office.accounts.signed_in import user_of
from familycard.office.administration import services
from familycard.office.administration.forms import AccountForm, AreaForm
from familycard.office.administration.grants import in_words
from familycard.office.administration.models import Change, Proposal
from familycard.office.administration.services import NEEDS_TWO, NotAllowed
from familycard.office.pages.paging import Paging

PER_PAGE = 50


def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts of officials."""
    role = request.GET.get("role", "")
    found = [user for user in services.officials() if role in ("", user.role)]
    paging = Paging.of(request, len(found), PER_PAGE)
    areas = access_of(request).reader.pack.areas
    today = timezone.localdate()
    rows = [(user, [areas.get(one.area, one.area) for one in _in_force(user, today)]) for user in found]
    return render(
        request,
        "administration/accounts.html",
        {
            "rows": rows[paging.offset : paging.offset + PER_PAGE],
            "paging": paging,
            "waiting": Proposal.objects.filter(decided_at=None).count(),
            "roles": {role: role_titles()[role] for role in services.GIVEN},
            "chosen": role,
        },
    )


def _in_force(user: User, today: date) -> list[AreaOfUser]:
    return [
        one for one in services.areas_of(user) if one.start <= today and (one.end is None or one.end > today)
    ]


def create(request: HttpRequest) -> HttpResponse:
    """A new account."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.create(user_of(request), form.cleaned_data["name"], form.cleaned_data["role"])
        messages.success(request, _("The account is made."))
        return redirect("administration:account", account=made.pk)
    return render(request, "administration/create.html", {"form": form})


def account(request: HttpRequest, account: int) -> HttpResponse:
    """One account; its areas are given here."""
    user, areas = _official(account), access_of(request).reader.pack.areas
    form = AreaForm(areas, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if _allowed(
            request,
            lambda: services.give_area(user_of(request), user, said["area"], said["start"], said["end"]),
        ):
            messages.success(request, _("The area is given."))
        return redirect("administration:account", account=account)
    return _page_of(request, user, form)


def _page_of(request: HttpRequest, user: User, form: AreaForm, link: str = "") -> HttpResponse:
    areas, today = access_of(request).reader.pack.areas, timezone.localdate()
    return render(
        request,
        "administration/account.html",
        {
            "account": user,
            "form": form,
            "areas": [
                (one, areas.get(one.area, one.area), one.end is None or one.end > today)
                for one in services.areas_of(user)
            ],
            "changes": Change.objects.filter(account=user.username).order_by("-sequence"),
            "proposal": user.proposals.filter(decided_at=None).first(),
            "is_own": user.pk == request.user.pk,
            "link": link,
        },
    )


@require_POST
def end(request: HttpRequest, account: int) -> HttpResponse:
    """Close an account."""
    user = _official(account)
    if _allowed(request, lambda: services.end(user_of(request), user)):
        messages.success(request, _("The account is closed."))
    return redirect("administration:account", account=account)


@require_POST
def end_area(request: HttpRequest, account: int, area: int) -> HttpResponse:
    """Take an area away from today on."""
    found = get_object_or_404(AreaOfUser, pk=area, user=_official(account))
    if _allowed(request, lambda: services.end_area(user_of(request), found, timezone.localdate())):
        messages.success(request, _("The area is taken away."))
    return redirect("administration:account", account=account)


@require_POST
def link(request: HttpRequest, account: int) -> HttpResponse:
    """A link to set a password, shown this once."""
    user = _official(account)
    made: list[str | None] = []
    if not _allowed(request, lambda: made.append(services.make_link(user_of(request), user))):
        return redirect("administration:account", account=account)
    if made[0] is None:
        messages.info(request, _("Another administrator must agree first; until then the account is closed."))
        return redirect("administration:account", account=account)
    form = AreaForm(access_of(request).reader.pack.areas)
    return _page_of(request, user, form, request.build_absolute_uri(made[0]))


def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for a second administrator."""
    waiting = Proposal.objects.filter(decided_at=None).select_related("account", "proposed_by")
    rows = [
        (one, request.user.pk not in (one.proposed_by_id, one.account_id))
        for one in waiting.order_by("proposed_at")
    ]
    return render(request, "administration/approvals.html", {"rows": rows})


@require_POST
def settle(request: HttpRequest, proposal: int) -> HttpResponse:
    """The second administrator agrees or not."""
    found = get_object_or_404(Proposal, pk=proposal)
    approve = request.POST.get("answer") == "approve"
    if _allowed(request, lambda: services.settle(user_of(request), found, approve=approve)):
        messages.success(request, _("Your decision is kept."))
    return redirect("administration:approvals")


def roles(request: HttpRequest) -> HttpResponse:
    """The roles: how many accounts each has, and which pages it may open."""
    counts = Counter(User.objects.filter(is_active=True).values_list("role", flat=True))
    rows = [
        (title, counts[role], role in NEEDS_TWO, _pages_of(role)) for role, title in role_titles().items()
    ]
    return render(request, "administration/roles.html", {"rows": rows})


def _pages_of(role: str) -> list[tuple[object, str]]:
    """The titles of the pages that are for this role and not for everybody, with the grant in words."""
    found: dict[str, tuple[object, str]] = {}
    for page in table().pages.values():
        if role in page.who:
            found.setdefault(page.title["en"], (page.title, in_words(page.who[role])))
    return list(found.values())


def first_password(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """The owner of a new account sets the password, through the link that the administrator handed over."""
    user = services.owner_of_link(who, token)
    if user is None:
        raise Http404
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_first_password(user, form.cleaned_data["new_password1"])
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    return render(request, "administration/first_password.html", {"form": form, "name": user.username})


def _official(account: int) -> User:
    user = services.official(account)
    if user is None:
        raise Http404
    return user


def _allowed(request: HttpRequest, change: Callable[[], object]) -> bool:
    """Whether the change was made; where it may not be, the page says why."""
    why = {
        "own": _(
            "Nobody changes their own account or agrees to their own proposal. Ask another administrator."
        ),
        "waits": _("The account waits for a second administrator."),
        "ended": _("The account is closed, or the proposal was decided before."),
    }
    try:
        change()
    except NotAllowed as refusal:
        messages.error(request, why[refusal.why])
        return False
    return True
