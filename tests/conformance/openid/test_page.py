"""The reference page and the list of names that it must hold."""

from tests.conformance.openid import page
from tests.conformance.openid.cases import CASES
from tests.conformance.openid.mutation import mutations

_C, _F = "oidcc-client-test", "fapi2-security-profile-final-client-test"
BASIC = """ -invalid-iss -missing-sub -invalid-aud -missing-iat -kid-absent-single-jwks -kid-absent-multiple-jwks
-idtoken-sig-rs256 -idtoken-sig-none -invalid-sig-rs256 -userinfo-invalid-sub -nonce-invalid -scope-userinfo-claims
-client-secret-basic"""
CONFIG = """-discovery-openid-config -discovery-jwks-uri-keys -discovery-issuer-mismatch -idtoken-sig-none
-signing-key-rotation-just-before-signing -signing-key-rotation"""
LOGOUT = "-rp-init-logout -rp-init-logout-other-state -rp-init-logout-no-state"
_B = "-rp-backchannel-rpinitlogout"
BACK_CHANNEL = f"{_B} {' '.join(f'{_B}-{it}' for it in ('alg-none', 'no-event', 'with-nonce', 'wrong-alg'))}" + "".join(
    f" {_B}-{it}" for it in ("wrong-aud", "wrong-event", "wrong-iss")
)
FAPI2 = """-discovery-issuer-mismatch -invalid-iss -invalid-aud -invalid-secondary-aud -invalid-null-alg
-invalid-alternate-alg -invalid-expired-exp -invalid-missing-exp -invalid-missing-aud -invalid-missing-iss
-valid-aud-as-array -invalid-nonce -invalid-missing-nonce -invalid-authorization-response-iss
-remove-authorization-response-iss -ensure-authorization-response-with-invalid-state-fails
-ensure-authorization-response-with-invalid-missing-state-fails -token-endpoint-response-without-expires_in
-token-type-case-insensitivity"""
PLANS = {_C, *(f"{_C}{name}" for name in f"{BASIC} {CONFIG} {LOGOUT} {BACK_CHANNEL} -3rd-party-init-login".split())} | {
    f"{_F}{name}" for name in FAPI2.split()
}


def test_every_name_of_the_certification_plans_is_a_case_of_ours():
    assert PLANS - {case.name for case in CASES} == set()


def test_no_case_bears_a_certification_name_that_does_not_exist():
    borrowed = {case.name for case in CASES if case.name.startswith((_C, "fapi2"))}
    assert borrowed - PLANS == set()


def test_names_are_told_apart():
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_every_check_has_a_case_that_is_meant_for_it_and_no_case_means_another():
    assert [one.name for one in mutations() if not one.aimed] == []
    meant = {case.name for one in mutations() for case in one.aimed}
    assert {case.name for case in CASES if case.rule} - meant == set()


def test_the_page_holds_every_case_and_every_check():
    """Written again by `python -m tests.conformance.openid.mutate`, which also plays the mutations."""
    text = page.PAGE.read_text()
    red = page.read(text)
    assert page.written(red) == text
    assert [one.name for one in mutations() if not red.get(one.name)] == []
    assert {case for cases in red.values() for case in cases} <= {case.name for case in CASES}
