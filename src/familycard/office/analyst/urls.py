"""Addresses of analysts' pages; `access/table.yaml` says who may open them."""

from __future__ import annotations

from django.urls import path

from familycard.office.analyst import exporting, figures, mapping, segmenting

app_name = "analyst"
urlpatterns = [
    path("segments/", segmenting.segments, name="segments"),
    path("map/", mapping.regions, name="map"),
    path("map/chart.svg", mapping.regions_chart, name="map_chart"),
    path("map/<slug:code>/", mapping.region, name="region"),
    path("map/<slug:code>/chart.svg", mapping.region_chart, name="region_chart"),
    path("distribution/", figures.distribution, name="distribution"),
    path("distribution/chart.svg", figures.distribution_chart, name="distribution_chart"),
    path("flows/", figures.flows, name="flows"),
    path("flows/chart.svg", figures.flows_chart, name="flows_chart"),
    path("take-up/", figures.take_up, name="take_up"),
    path("exports/", exporting.exports, name="exports"),
    path("exports/new/", exporting.request_export, name="request_export"),
    path("exports/<int:number>/", exporting.export, name="export"),
    path("exports/<int:number>/decision/", exporting.decide, name="decide_export"),
    path("exports/<int:number>/withdraw/", exporting.withdraw, name="withdraw_export"),
    path("exports/<int:number>/rows.csv", exporting.download, name="download_export"),
]
