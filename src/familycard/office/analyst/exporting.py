"""Exports of rows: asked for by an analyst, decided by a second person, fetched for thirty days."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pyarrow.csv as pa_csv
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from familycard.desk.row_export import ExportedRows, columns_for_export, export_rows
from familycard.errors import UsageError
from familycard.office.access.middleware import Access, access_of
from familycard.office.access.roles import ANALYST
from familycard.office.analyst.answers import Desk
from familycard.office.analyst.asking import chosen, limited, read
from familycard.office.analyst.forms import DecisionForm, ExportForm
from familycard.office.analyst.models import APPROVED, REQUESTED, WITHDRAWN, Download, Export
from familycard.office.analyst.question import Question
from familycard.office.analyst.wording import condition_title, level_title, name_title
from familycard.snapshot.references import export_key

SHOWN_MOST = 200
WAITING_FIRST = Case(When(state=REQUESTED, then=0), default=1)


def exports(request: HttpRequest) -> HttpResponse:
    """An analyst's own exports; an approver's all."""
    rows = (
        _visible(access_of(request))
        .select_related("requested_by")
        .order_by(WAITING_FIRST, "-requested_at")[:SHOWN_MOST]
    )
    today = timezone.localdate()
    for row in rows:
        row.expire(today)
    return render(request, "analyst/exports.html", {"rows": rows})


@limited
def request_export(request: HttpRequest) -> HttpResponse:
    """Ask for the rows of the segment that the address names."""
    desk = Desk.of(request)
    question, counts = read(request, desk)
    columns = sorted(
        ((n, name_title(a)) for n, a in columns_for_export(counts).items()), key=lambda c: c[1].casefold()
    )
    form = ExportForm(columns, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = Export.objects.create(
            requested_by_id=desk.user,
            level=question.level,
            conditions=list(question.conditions),
            **form.cleaned_data,
        )
        return redirect("analyst:export", number=made.pk)
    context = {
        "form": form,
        "level": level_title(desk.pack, question.level),
        "chosen": chosen(desk.pack, counts, question),
    }
    return render(request, "analyst/request_export.html", context)


@limited
def export(request: HttpRequest, number: int) -> HttpResponse:
    """One export, its state, and what may be done with it."""
    return _shown(request, _one(request, number), DecisionForm())


@require_POST
@limited
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """The second person approves or refuses, with words; nobody decides on their own."""
    row, access = _one(request, number), access_of(request)
    if row.requested_by_id == access.viewer.user or row.state != REQUESTED:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, form)
    now = timezone.now()
    state = form.cleaned_data["decision"]
    until = timezone.localdate() + timedelta(days=settings.EXPORT_DAYS) if state == APPROVED else None
    row.move(
        state,
        decided_by_id=access.viewer.user,
        decided_at=now,
        words=form.cleaned_data["words"],
        expires_on=until,
    )
    return redirect("analyst:export", number=number)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """The analyst needs the rows no more."""
    row = _one(request, number)
    try:
        row.move(WITHDRAWN)
    except UsageError as error:
        raise Http404 from error
    return redirect("analyst:export", number=number)


def download(request: HttpRequest, number: int) -> HttpResponse:
    """The rows of the published snapshot as CSV; who fetched how many is logged before they leave.

    The log's entry names no person: who the rows are about nobody who fetches them is told.
    """
    row, desk = _one(request, number), Desk.of(request)
    if row.state != APPROVED:
        raise Http404
    try:
        rows = rows_of(row, desk)
    except UsageError:
        messages.error(
            request,
            _(
                "These rows cannot be fetched: too few or too many are left, or a column is gone. Ask for another segment."
            ),
        )
        return redirect("analyst:export", number=number)
    _log(row, desk, rows)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rows-{row.code}.csv"'
    answer["Cache-Control"] = "no-store"
    written = io.BytesIO()
    pa_csv.write_csv(rows.table, written, pa_csv.WriteOptions(quoting_style="needed"))
    answer.write(written.getvalue())
    return answer


def rows_of(row: Export, desk: Desk) -> ExportedRows:
    """The rows under a key of this export and this snapshot: no two files can be joined by their pseudonyms."""
    key = export_key(settings.DEPLOYMENT.key("exports"), f"{row.code} {desk.snapshot.path.name}")
    question = Question(row.level, tuple(row.conditions))
    return export_rows(desk.counts(row.level), question.asked(), row.columns, key)


def _log(row: Export, desk: Desk, rows: ExportedRows) -> None:
    with transaction.atomic():
        Download.objects.create(
            export=row,
            user_id=desk.user,
            snapshot=desk.snapshot.path.name,
            rows=rows.table.num_rows,
            left_out=rows.left_out,
        )
        desk.access.write(f"export {row.pk}: {rows.table.num_rows} rows; {row.purpose}"[:500])


def _visible(access: Access) -> Any:
    everything = Export.objects.all()
    return (
        everything.filter(requested_by_id=access.viewer.user) if access.viewer.role == ANALYST else everything
    )


def _one(request: HttpRequest, number: int) -> Export:
    row: Export | None = _visible(access_of(request)).filter(pk=number).first()
    if row is None:
        raise Http404
    row.expire(timezone.localdate())
    return row


def _shown(request: HttpRequest, row: Export, form: DecisionForm) -> HttpResponse:
    desk = Desk.of(request)
    context = {"row": row, "form": form, "downloads": row.downloads.select_related("user").order_by("-at")}
    context |= _in_words(row, desk)
    access = desk.access
    context["download_address"] = reverse("analyst:download_export", kwargs={"number": row.pk})
    is_own = row.requested_by_id == access.viewer.user
    context["can_decide"] = not is_own and access.viewer.role != ANALYST and row.state == REQUESTED
    context["can_fetch"] = is_own and row.state == APPROVED
    context["can_withdraw"] = is_own and row.state in (REQUESTED, APPROVED)
    return render(request, "analyst/export.html", context)


def _in_words(row: Export, desk: Desk) -> dict[str, Any]:
    """The segment and the columns in words; as they were asked for, where the snapshot has them no more."""
    counts = desk.counts(row.level)
    try:
        conditions = [condition_title(desk.pack, counts, text) for text in row.conditions]
        columns = [name_title(counts.about(name)) for name in row.columns]
    except UsageError:
        conditions, columns = row.conditions, row.columns
    return {"level": level_title(desk.pack, row.level), "conditions": conditions, "columns": columns}
