"""Blocks as a person reads them, in plain text: bold in asterisks, buttons in brackets."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

_STYLES = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}

Json = dict[str, Any]


def rendered(blocks: Iterable[Json]) -> str:
    """Return what a message's or a view's blocks show, each beginning on a line of its own."""
    return "\n".join(filter(None, map(rendered_block, blocks)))


def rendered_block(block: Json) -> str:
    """Return what one block shows."""
    match block["type"]:
        case "rich_text":
            return "\n".join(map(_rich, block["elements"]))
        case "section":
            texts = [block["text"]] if "text" in block else []
            lines = [text["text"] for text in texts]
            lines += [" | ".join(_one_line(field["text"]) for field in block.get("fields", []))]
            lines += [_element(block["accessory"])] if "accessory" in block else []
            return "\n".join(filter(None, lines))
        case "context":
            return "\n".join(f"({_text(part)})" for part in block["elements"])
        case "actions":
            return " ".join(map(_element, block["elements"]))
        case "header":
            return f"# {block['text']['text']}"
        case "divider":
            return "----"
        case "input":
            return _input(block)
    raise AssertionError(f"a block that is not known: {block['type']}")


def _rich(element: Json) -> str:
    match element["type"]:
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _inline(element).split("\n"))
        case "rich_text_list":
            mark = "1." if element["style"] == "ordered" else "•"
            indent = "  " * element.get("indent", 0)
            return "\n".join(f"{indent}{mark} {_inline(item)}" for item in element["elements"])
        case "rich_text_preformatted":
            return f"```{_inline(element)}```"
        case _:
            return _inline(element)


def _inline(element: Json) -> str:
    groups = groupby(element["elements"], key=lambda part: part.get("style", {}))
    return "".join(_styled("".join(map(_words, parts)), style) for style, parts in groups)


def _words(part: Json) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "user":
            return f"<@{part['user_id']}>"
        case "date":
            return f"<date {part['fallback']}>"
        case "link":
            return f"<{part['url']}|{part.get('text', part['url'])}>"
        case _:
            raise AssertionError(f"a part that is not known: {part['type']}")


def _styled(words: str, style: Json) -> str:
    for name, mark in _STYLES.items():
        if style.get(name):
            words = f"{mark}{words}{mark}"
    return words


def _input(block: Json) -> str:
    optional = " (optional)" if block.get("optional") else ""
    lines = [f"{block['label']['text']}{optional}", f"  {_element(block['element'])}"]
    return "\n".join([*lines, *([f"  ({block['hint']['text']})"] if "hint" in block else [])])


def _element(element: Json) -> str:
    match element["type"]:
        case "button":
            style = {"primary": "!", "danger": "×"}.get(element.get("style", ""), "")
            return f"[{style}{element['text']['text']}]"
        case "overflow":
            return f"[⋯ {_options(element)}]"
        case "static_select" | "radio_buttons":
            initial = element.get("initial_option", {}).get("text", {}).get("text", "")
            return f"[{initial} ▾ {_options(element)}]"
        case "checkboxes":
            checked = element.get("initial_options", ())
            return " ".join(
                f"{'☑' if option in checked else '☐'} {option['text']['text']}"
                for option in element["options"]
            )
        case "plain_text_input":
            words = element.get("placeholder", {}).get("text", "")
            shown = element.get("initial_value") or f"({words})"
            return "\n  ".join(f"|{line}" for line in shown.split("\n"))
        case "conversations_select":
            words = element.get("placeholder", {}).get("text", "")
            return f"[{element.get('initial_conversation', words)} ▾]"
        case "multi_users_select":
            return f"[{', '.join(element.get('initial_users', []))} ▾]"
        case "datetimepicker":
            return f"[{element.get('initial_date_time', 'date and time')}]"
    raise AssertionError(f"an element that is not known: {element['type']}")


def _options(element: Json) -> str:
    return " / ".join(option["text"]["text"] for option in element["options"])


def _text(part: Json) -> str:
    text: str = part["text"]
    return text


def _one_line(text: str) -> str:
    return ": ".join(text.split("\n"))
