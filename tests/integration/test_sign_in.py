"""Sign-in over the real database: lock-out, sessions that end, the second step, passwords."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from alerts.credentials import digest, new_key
from alerts.domain.actor import Person, Role
from alerts.domain.sign_in import IDLE, LIFE, MOST_BY_NAME, MOST_FROM_ADDRESS, WITHIN, Told
from alerts.errors import Refused, TooManyTries, WrongPassword
from alerts.pathway import administer, admit, own_account
from alerts.pathway.sign_in import sign_in, sign_out
from tests.integration.steps import code_of
from tests.toolbox import Bench

LATER = dt.timedelta(seconds=90)


@pytest.fixture
def told(bench: Bench) -> Told:
    """What Ada, who may sign in, tells."""
    password = admit.add_person("ada", "Ada", "ada@hospital.example", Role.ONCOLOGIST, bench.tools)
    return Told(name="ada", password=password, address="10.0.0.7")


def who(token: str, bench: Bench) -> Person | None:
    with bench.tools.begin() as work:
        found = work.sign_ins.in_session(digest(token), bench.clock())
        work.commit()
    return found


def fail(told: Told, bench: Bench, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            sign_in(replace(told, password="wrong"), bench.tools)  # noqa: S106 - invented


def with_second_step(told: Told, bench: Bench) -> Person:
    own_account.begin_second_step(bench.person("ada"), bench.tools)
    ada = bench.person("ada")
    own_account.confirm_second_step(code_of(ada, bench), ada, bench.tools)
    return bench.person("ada")


def test_a_person_signs_in_and_out(bench: Bench, told: Told):
    fail(told, bench, 1)
    fail(replace(told, name="nobody"), bench, 1)
    token = sign_in(told, bench.tools)
    ada = who(token, bench)
    assert ada
    assert ada.name == "ada"
    sign_out(token, ada, bench.tools)
    assert who(token, bench) is None


def test_a_session_ends_when_nobody_used_it_and_after_a_long_shift(bench: Bench, told: Told):
    token = sign_in(told, bench.tools)
    for _ in range(int(LIFE / IDLE)):
        bench.clock.forward(IDLE - dt.timedelta(seconds=1))
        assert who(token, bench)
    bench.clock.forward(IDLE - dt.timedelta(seconds=1))
    assert who(token, bench) is None
    token = sign_in(told, bench.tools)
    bench.clock.forward(IDLE)
    assert who(token, bench) is None


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_too_many_wrong_passwords_close_the_door_for_a_time(bench: Bench, told: Told, name: str):
    told = replace(told, name=name)
    fail(told, bench, MOST_BY_NAME)
    for tried in (told, replace(told, name=name.upper(), address="10.9.9.9")):
        with pytest.raises(TooManyTries) as refused:
            sign_in(tried, bench.tools)
        assert refused.value.seconds == WITHIN.total_seconds()
    bench.clock.forward(WITHIN)
    if name == "ada":
        assert sign_in(told, bench.tools)
    else:
        fail(told, bench, 1)


def test_a_right_password_forgives_the_wrong_ones(bench: Bench, told: Told):
    for _ in range(3):
        fail(told, bench, MOST_BY_NAME - 1)
        sign_in(told, bench.tools)


def test_one_address_that_tries_many_names_is_closed_out(bench: Bench, told: Told):
    with bench.tools.begin() as work:
        for number in range(MOST_FROM_ADDRESS):
            work.sign_ins.add_try(digest(str(number)), told.address, bench.clock())
        work.commit()
    with pytest.raises(TooManyTries):
        sign_in(told, bench.tools)
    assert sign_in(replace(told, address="10.0.0.8"), bench.tools)


def test_of_many_at_once_no_more_are_looked_at_than_are_allowed(bench: Bench, told: Told):
    def guess(number: int) -> type[Exception]:
        with pytest.raises((WrongPassword, TooManyTries)) as refused:
            sign_in(replace(told, password=f"guess {number}"), bench.tools)
        return refused.type

    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(guess, range(12)))
    assert refusals.count(WrongPassword) == MOST_BY_NAME


def test_with_a_second_step_the_password_alone_opens_nothing(bench: Bench, told: Told):
    ada = with_second_step(told, bench)
    bench.clock.forward(LATER)
    fail(told, bench, 1)
    with pytest.raises(WrongPassword):
        sign_in(replace(told, code="000000"), bench.tools)
    code = code_of(ada, bench)
    assert sign_in(replace(told, code=f" {code[:3]} {code[3:]} "), bench.tools)


def test_a_code_opens_once_and_the_one_that_confirmed_the_app_opens_nothing(
    bench: Bench, told: Told
):
    ada = with_second_step(told, bench)
    confirmed = replace(told, code=code_of(ada, bench))
    with pytest.raises(WrongPassword):
        sign_in(confirmed, bench.tools)
    bench.clock.forward(LATER)
    coded = replace(told, code=code_of(ada, bench))
    assert sign_in(coded, bench.tools)
    with pytest.raises(WrongPassword):
        sign_in(coded, bench.tools)


def test_a_secret_that_was_not_confirmed_asks_for_nothing(bench: Bench, told: Told):
    own_account.begin_second_step(bench.person("ada"), bench.tools)
    with pytest.raises(Refused, match="does not fit"):
        own_account.confirm_second_step("12", bench.person("ada"), bench.tools)
    assert sign_in(told, bench.tools)


def test_a_lost_telephone_is_helped_by_command_and_ends_open_sessions(bench: Bench, told: Told):
    ada = with_second_step(told, bench)
    bench.clock.forward(LATER)
    token = sign_in(replace(told, code=code_of(ada, bench)), bench.tools)
    administer.reset_second_step("ada", bench.tools)
    assert who(token, bench) is None
    assert sign_in(told, bench.tools)


@pytest.mark.parametrize("new", ["short", "ada-ada-ada-ada-ada", "aaaaaaaaaaaaaaaaaaaaaaaa"])
def test_a_password_that_is_easily_guessed_is_not_taken(bench: Bench, told: Told, new: str):
    with pytest.raises(Refused, match="password"):
        own_account.change_password(told.password, new, new_key(), bench.person("ada"), bench.tools)
    assert sign_in(told, bench.tools)


def test_a_new_password_ends_every_other_session(bench: Bench, told: Told):
    elsewhere, token = sign_in(told, bench.tools), new_key()
    new = "a longer one that ends others"
    ada = bench.person("ada")
    with pytest.raises(Refused, match="another one"):
        own_account.change_password("not it", new, token, ada, bench.tools)
    own_account.change_password(told.password, new, token, ada, bench.tools)
    assert who(elsewhere, bench) is None
    assert who(token, bench)
    fail(told, bench, 1)
    assert sign_in(replace(told, password=new), bench.tools)


def test_who_is_disabled_is_out_at_once_and_comes_back_when_enabled(bench: Bench, told: Told):
    token = sign_in(told, bench.tools)
    administer.disable("ada", bench.tools)
    assert who(token, bench) is None
    fail(told, bench, 1)
    administer.enable("ada", bench.tools)
    assert sign_in(told, bench.tools)


def test_another_role_or_password_by_command_ends_open_sessions(bench: Bench, told: Told):
    token = sign_in(told, bench.tools)
    administer.set_role("ada", Role.AUDITOR, bench.tools)
    assert who(token, bench) is None
    assert bench.person("ada").role is Role.AUDITOR
    password = administer.reset_password("ada", bench.tools)
    assert sign_in(replace(told, password=password), bench.tools)
    assert [each.name for each in administer.people(bench.tools)] == ["ada"]
    with pytest.raises(Refused):
        administer.disable("nobody", bench.tools)
