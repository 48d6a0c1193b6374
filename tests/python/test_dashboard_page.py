"""The dashboard in a headless Chromium, as a visitor sees and uses it."""

import chromium
import PIL.Image
import pytest
from chromium import keep
from loopback_server import wait_until
from small_models import LABELS

pytest.importorskip("dash")
pytest.importorskip("pandas")
pytest.importorskip("sqlalchemy")
pytest.importorskip("selenium")
from made_museum import write_afternoon, write_museum, write_run
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from served_dashboard import served

LINES = "#timeline .scatterlayer .trace"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium.started(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def museum(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOTION_SPOOL", str(tmp_path / "spool"))
    url = f"sqlite:///{tmp_path}/museum.db"
    write_museum(url)
    return url


@pytest.fixture
def page(browser, museum):
    yield from visit(browser, museum)


@pytest.fixture
def afternoon_page(browser, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # for a short name above the page
    monkeypatch.setenv("EMOTION_SPOOL", str(tmp_path / "spool"))
    write_afternoon("sqlite:///museum.db")
    yield from visit(browser, "sqlite:///museum.db")


def visit(browser, url):
    with served(url) as server:
        browser.get(server.address)
        wait_for_text(browser, "a point")
        yield browser


def find(browser, selector):
    return browser.find_elements(By.CSS_SELECTOR, selector)


def wait_for_text(browser, text):
    wait_until(lambda: any(text in part.text for part in find(browser, "#numbers")), text, 60)


def pick(browser, part, option):
    """Opens a filter and clicks on one of its options."""
    (box,) = find(browser, f"#{part}")
    box.click()
    wait_until(lambda: options(browser, option), f"the option {option}")
    options(browser, option)[0].click()
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)


def options(browser, text):
    found = find(browser, ".dash-options-list-option, .VirtualizedSelectOption")
    return [one for one in found if one.text.strip() == text]


def test_a_visitor_sees_the_graphs_and_changes_a_filter(page):
    wait_until(lambda: len(find(page, ".js-plotly-plot .main-svg")) >= 4, "four graphs")
    wait_for_text(page, "2 runs, 75 frames, 2.0 heads on average")  # of the latest day
    wait_until(lambda: len(find(page, LINES)) == 2 * len(LABELS), "a line for each emotion, with its rim")
    assert len(find(page, "#shares .barlayer .point")) == len(LABELS)
    assert len(find(page, "#plane .shapelayer path")) == 1 and len(find(page, "#heads .scatterlayer .trace")) == 2
    buttons = {button.get_attribute("data-title") for button in find(page, ".modebar-btn")}
    assert len(buttons) == 4, buttons  # none that would send the numbers elsewhere
    before = keep(page, "dashboard_latest")
    pick(page, "days", "2026-03-02")
    wait_for_text(page, "4 runs, 255 frames")
    pick(page, "days", "2026-03-03")  # a second click takes a day out
    wait_for_text(page, "2 runs, 180 frames")
    pick(page, "exhibits", "The Kiss")
    wait_for_text(page, "1 run, 120 frames, 2.0 heads on average")
    assert keep(page, "dashboard_kiss") != before


def test_a_run_that_is_stored_meanwhile_is_there_after_a_reload(page, museum):
    write_run(museum, "later", "2026-03-04T10:00:00", 30, 2, LABELS, source="camera 7", exhibit="The Scream")
    page.refresh()
    wait_for_text(page, "1 run, 30 frames")
    pick(page, "exhibits", "The Scream")
    wait_for_text(page, "1 run, 30 frames")
    errors = [entry["message"] for entry in page.get_log("browser") if entry["level"] == "SEVERE"]
    assert not [text for text in errors if "favicon" not in text], errors


def test_an_afternoon_fills_the_page(afternoon_page):
    """docs/pictures/dashboard.png is what it keeps."""
    wait_for_text(afternoon_page, "1 run, 1,200 frames")
    wait_for_text(afternoon_page, "15 s a point")
    wait_until(lambda: len(find(afternoon_page, LINES)) == 2 * len(LABELS), "the lines")
    wait_until(lambda: len(find(afternoon_page, "#plane .scatterlayer .point")) > 80, "a point for each stretch")
    assert "sqlite:///museum.db" in find(afternoon_page, "h1")[0].text
    keep(afternoon_page, "dashboard")


def test_a_visitor_gives_a_picture_and_sees_the_face(page, tmp_path):
    """docs/pictures/picture_page.png is what it keeps."""
    astronaut = pytest.importorskip("skimage.data").astronaut()
    PIL.Image.fromarray(astronaut).save(tmp_path / "astronaut.png")
    (tmp_path / "letter.png").write_text("no picture")
    find(page, "a[href='/picture']")[0].click()
    wait_until(lambda: find(page, "form"), "the page for a picture")
    give_picture(page, tmp_path / "letter.png")
    wait_until(lambda: "is no picture" in said(page), "what is wrong")
    give_picture(page, tmp_path / "astronaut.png")
    wait_until(lambda: said(page) == "1 face", "the face", 60)
    assert page.execute_script("return document.querySelector('#shown').naturalWidth") == 512
    cells = [cell.text for cell in find(page, "td")]
    assert cells[1] == "happiness" and float(cells[2]) > 0.3, cells
    assert [cell.text for cell in find(page, ".best")] == ["100.0 %"]
    keep(page, "picture_page", find(page, "main")[0])


def give_picture(page, path):
    find(page, "input[type=file]")[0].send_keys(str(path))
    find(page, "button")[0].click()


def said(page):
    return "".join(part.text for part in find(page, "#said"))
