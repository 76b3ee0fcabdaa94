"""Calls asked for in languages whose verb stands before a number, behind it or around it."""

import pytest

from bot.core.reading.reader import read_request

NUMBER = "+1 415 555 2671"


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("Ruf bitte {} an und frag, wann sie öffnen", "frag, wann sie öffnen"),
        ("Ruf {} an, um einen Tisch zu bestellen", "um einen Tisch zu bestellen"),
        ("Kannst du {} anrufen und einen Termin machen?", "einen Termin machen?"),
        ("Peux-tu appeler le {} pour prendre rendez-vous ?", "pour prendre rendez-vous ?"),
        ("Appelle {} et demande s'ils sont ouverts", "demande s'ils sont ouverts"),
        ("Llama al {} y pregunta si abren hoy", "pregunta si abren hoy"),
        ("Por favor, ligue para o {} e cancele a consulta", "cancele a consulta"),
        ("Puoi chiamare il {} per prenotare un tavolo?", "per prenotare un tavolo?"),
    ],
)
def test_a_call_asked_for_around_its_number_is_placed(text: str, prompt: str) -> None:
    reading = read_request(text.format(NUMBER), "US")

    assert (reading.is_unambiguous, reading.prompt) == (True, prompt)


@pytest.mark.parametrize(
    "text",
    [
        "Ruf {} nicht an und frag mich",
        "Ruf {} morgen an und frag, wann sie öffnen",
        "Ruf {} und 415-555-2672 an und frag, wann sie öffnen",
        "Kannst du {} anrufen und ich sage dir dann, was",
        "Soll ich {} anrufen und fragen?",
        "Appelle {} demain et demande s'ils sont ouverts",
        "Appelle {} et 415-555-2672 et demande s'ils sont ouverts",
        "N'appelle pas {} et demande à Bob",
        "No llames al {} y espera a Bob",
        "Ligue para {} e para 415-555-2672 e pergunte",
        "Chiama {} e poi 415-555-2672 per prenotare",
    ],
)
def test_a_call_asked_for_otherwise_around_its_number_is_asked_back(text: str) -> None:
    assert not read_request(text.format(NUMBER), "US").is_unambiguous
