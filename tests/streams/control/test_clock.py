"""The business date follows the calendar of Jakarta, one day at a time, and never a wrong clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from streams.control.clock import calendar_day, days_behind
from tests.streams.control.builders import NOW, RULES, Bench, advance

AUTOMATIC = replace(RULES, automatic=True)


def test_the_day_begins_at_midnight_in_jakarta() -> None:
    jakarta = ZoneInfo("Asia/Jakarta")
    assert calendar_day(datetime(2026, 1, 4, 16, 59, tzinfo=UTC), jakarta) == date(2026, 1, 4)
    assert calendar_day(datetime(2026, 1, 4, 17, 0, tzinfo=UTC), jakarta) == date(2026, 1, 5)


def test_each_tick_moves_by_one_day_until_the_calendar_is_reached() -> None:
    bench = Bench(AUTOMATIC)
    bench.start()
    bench.command("a", advance("2026-01-02"))
    days = []
    for _ in range(5):
        bench.run(bench.desk.tick(NOW, 0.0))
        days.append(bench.business_date)
    assert days == [date(2026, 1, day) for day in (3, 4, 5, 5, 5)]
    dates = [each.event for each in bench.log.control if each.event.subject == "date"]
    set_by_hub = [event for event in dates if event.by == "control"]
    assert [event.version for event in set_by_hub] == [date(2026, 1, day).toordinal() for day in (3, 4, 5)]


def test_a_calendar_far_ahead_is_not_followed() -> None:
    bench = Bench(AUTOMATIC)
    bench.start()
    bench.command("a", advance("2026-01-05"))
    bench.run(bench.desk.tick(NOW + timedelta(days=3650), 0.0))
    assert bench.business_date == date(2026, 1, 5)
    assert days_behind(bench.desk.view, date(2026, 1, 7)) == 2


def test_a_calendar_behind_is_not_followed() -> None:
    bench = Bench(AUTOMATIC)
    bench.start()
    bench.command("a", advance("2026-03-01"))
    bench.run(bench.desk.tick(NOW, 0.0))
    assert bench.business_date == date(2026, 3, 1)


def test_automatic_off_follows_nothing() -> None:
    bench = Bench()
    bench.start()
    bench.command("a", advance("2026-01-04"))
    bench.run(bench.desk.tick(NOW, 0.0))
    assert bench.business_date == date(2026, 1, 4)


def test_the_first_date_is_never_read_off_a_clock() -> None:
    bench = Bench(AUTOMATIC)
    bench.start()
    bench.run(bench.desk.tick(NOW, 0.0))
    assert bench.business_date is None


def test_the_first_date_of_the_settings_holds_once() -> None:
    bench = Bench(replace(RULES, initial_date=date(2026, 1, 1)))
    bench.start()
    assert bench.business_date == date(2026, 1, 1)
    bench.command("a", advance("2026-02-01"))
    bench.restart()
    assert bench.business_date == date(2026, 2, 1)
