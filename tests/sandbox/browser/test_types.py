"""The script has the shape that npm `@stripe/stripe-js` declares, and is sound in itself."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.pay import browser

pytestmark = pytest.mark.node

PAGES = Path(browser.__file__).parent / "pages"
SHAPE = Path(__file__).parent / "types" / "shape.ts"
PACKAGES = ["typescript@7.0.2", "@stripe/stripe-js@10.2.1"]
RULES = {
    "allowJs": True,
    "checkJs": True,
    "strict": True,
    "noEmit": True,
    "noUnusedLocals": True,
    "target": "es2022",
    "lib": ["es2022", "dom", "dom.iterable"],
    "types": [],
    "module": "esnext",
    "moduleResolution": "bundler",
}
BUNDLES = {
    "script": [*browser.SCRIPT, "shape.ts"],
    "fields": [*browser.FIELDS],
    "challenge": [*browser.CHALLENGE],
}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the TypeScript compiler and the published types."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed: the script's shape is not compared with Stripe's types")
    folder = tmp_path_factory.mktemp("types")
    (folder / "package.json").write_text("{}")
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if installed.returncode:
        pytest.skip("npm cannot install TypeScript: the script's shape is not compared with Stripe's types")
    return folder


@pytest.fixture
def project(packages: Path) -> Path:
    """Return a fresh copy of the sources, beside the installed packages."""
    folder = packages / "project"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PAGES, folder)
    shutil.copy(SHAPE, folder)
    return folder


def compiled(project: Path, bundle: str) -> str:
    """Return the compiler's complaints about a bundle."""
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": RULES, "files": BUNDLES[bundle]}))
    compiler = project.parent / "node_modules" / ".bin" / "tsc"
    done = subprocess.run([compiler, "-p", project], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("bundle", BUNDLES)
def test_the_compiler_has_nothing_to_say(project: Path, bundle: str) -> None:
    assert compiled(project, bundle) == ""


@pytest.mark.parametrize(
    ("part", "ours", "changed", "missed"),
    [
        ("stripe.js", "  confirmSetup(options)", "  confirmSetUp(options)", "'confirmSetup' is missing"),
        ("stripe.js", "confirmationToken: object", "token: object", "ConfirmationTokenResult"),
        ("stripe.js", "  retrieveSetupIntent(clientSecret)", "  retrieveSetupIntent()", "clientSecret"),
        ("elements.js", "selectedPaymentMethod: 'card'", "selectedPaymentMethod: 1", "selectedPaymentMethod"),
        ("elements.js", "  submit()", "  send()", "'submit' is missing"),
        ("element.js", "  unmount()", "  takeOut()", "'unmount' is missing"),
    ],
)
def test_another_shape_is_noticed(project: Path, part: str, ours: str, changed: str, missed: str) -> None:
    file = project / "script" / part
    source = file.read_text()
    assert source.count(ours) == 1
    file.write_text(source.replace(ours, changed))
    assert missed in compiled(project, "script")
