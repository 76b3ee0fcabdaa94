"""What people write to a bot that asks for no call: help, their list, a greeting, thanks. Pure."""

import re
import unicodedata
from typing import Final

from bot.core.draft import DraftKind
from bot.core.reading.words import POLITE

_HELP: Final = {
    "help", "help me", "h", "usage", "commands", "how does this work",
    "how do you work", "how do i use this", "how do i use you", "what can you do", "what do you do",
    "who are you", "what are you", "hilfe", "ayuda", "aide", "aiuto", "ajuda", "помощь", "帮助",
    "幫助", "ヘルプ", "도움말",
}  # fmt: skip
_LIST: Final = {
    "list", "my calls", "calls", "list calls", "list my calls", "list all", "list all calls",
    "show my calls", "show calls", "show list", "history", "status",
}  # fmt: skip
_GREETINGS: Final = {
    "hi", "hello", "hey", "heya", "hiya", "howdy", "yo", "hallo", "hola", "salut", "bonjour",
    "ciao", "ping", "test", "morning", "good morning", "good afternoon", "good evening", "good day",
    "sup", "moin", "servus", "guten morgen", "guten tag", "guten abend", "buenos días",
    "buenas tardes", "buongiorno", "bonsoir", "olá", "hej", "привет", "你好", "こんにちは",
    "안녕하세요",
}  # fmt: skip
_THANKS: Final = {
    "thanks", "thank you", "thank you very much", "thank you so much", "thanks a lot",
    "many thanks", "thx", "ty", "tysm", "cheers", "danke", "merci", "gracias", "great", "nice",
    "cool", "perfect", "awesome", "ok", "okay", "good job", "well done", "nice one", "got it",
    "lovely", "good bot", "bye", "goodbye", "thank u", "vielen dank", "danke schön",
    "muchas gracias", "merci beaucoup", "grazie", "obrigado", "obrigada", "tack", "bedankt",
    "спасибо", "谢谢", "謝謝", "ありがとう", "감사합니다",
}  # fmt: skip
# Said beside any of them, and of no weight alone.
_BESIDE: Final = {
    "there", "ringback", "bot", "all", "everyone", "again", "so", "very", "much", "so much", "oh",
    "and", "works", "that", "you", "to you",
}  # fmt: skip
_ADDRESSING: Final = {"dear", "cc", "fyi", "my", "team", "folks", "guys", "friend"}
# What answers "Call … about this?" as its button does.
_YES: Final = {
    "yes", "y", "yep", "yup", "yeah", "yea", "sure", "ok", "okay", "k", "absolutely", "of course",
    "go ahead", "go for it", "do it", "do that", "do so", "do", "go", "call", "call now", "call it",
    "call them", "call him", "call her", "call there", "place it", "place the call",
    "make the call", "correct", "that's right", "that’s right", "confirm", "confirmed", "exactly",
    "ja", "jawohl", "genau", "oui", "d'accord", "si", "sí", "claro", "sì", "sim", "tak", "jo",
    "да", "はい", "お願いします", "是", "是的", "好", "好的", "네", "예",
}  # fmt: skip
_YES_EMOJI: Final = {":+1:", ":thumbsup:", ":white_check_mark:", ":heavy_check_mark:", "👍", "✅"}
_BESIDE_YES: Final = {"thanks", "thank you", "ringback", "bot", "now"}
_SKIN_TONE: Final = re.compile(r":skin-tone-\d:|[\U0001F3FB-\U0001F3FF\uFE0F]")
_PLEASE: Final = {"please", "pls", "plz"}
_WORDS: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_EMOJI: Final = re.compile(r":[a-z0-9_+'-]+:")
_REFERENCE: Final = re.compile(r"<[@!#][^<>]*>")
_LONGEST: Final = 80


def small_talk(text: str) -> DraftKind | None:
    """Return how a text that asks for no call is answered, None for any other text."""
    if len(text) > _LONGEST:
        return None
    words = _WORDS.findall(_EMOJI.sub(" ", text.lower()))
    said = " ".join(word for word in words if word not in _PLEASE)
    if said in _HELP:
        return DraftKind.HELP
    if said in _LIST:
        return DraftKind.LIST
    if not said:
        return _emoji_alone(text)
    if _is_made_of(said, _GREETINGS):
        return DraftKind.GREETING
    return DraftKind.THANKS if _is_made_of(said, _THANKS | _GREETINGS) else None


def only_addresses(text: str) -> bool:
    """Whether what stands before the bot's name does no more than to address somebody: "Dear"."""
    plain = _EMOJI.sub(" ", _REFERENCE.sub(" ", text[: 2 * _LONGEST])).lower()
    said = [word for word in _WORDS.findall(plain) if word not in POLITE | _ADDRESSING]
    is_short = len(text) < 2 * _LONGEST
    return is_short and (not said or _is_made_of(" ".join(said), _GREETINGS | _THANKS))


def says_yes(text: str) -> bool:
    """Whether a text is a yes, and nothing besides."""
    if len(text) > _LONGEST:
        return False
    plain = _SKIN_TONE.sub("", text).strip()
    if plain in _YES_EMOJI:
        return True
    words = _WORDS.findall(_EMOJI.sub(" ", plain.lower()))
    said = " ".join(word for word in words if word not in _PLEASE)
    return "?" not in text and _is_made_of(said, _YES, _BESIDE_YES)


def _emoji_alone(text: str) -> DraftKind | None:
    # A message's rich text has them as characters.
    found = _EMOJI.findall(text) + [one for one in text if unicodedata.category(one) == "So"]
    if not found:
        return None
    waves = {":wave:", ":waving_hand:", "👋"}
    return DraftKind.GREETING if set(found) <= waves else DraftKind.THANKS


def _is_made_of(said: str, phrases: set[str], besides: set[str] = _BESIDE) -> bool:
    """Whether a text is nothing but such phrases and what is said beside them."""
    words, start, found = said.split(), 0, False
    while start < len(words):
        for length in range(min(4, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if phrase in phrases or phrase in besides:
                found = found or phrase in phrases
                start += length
                break
        else:
            return False
    return found
