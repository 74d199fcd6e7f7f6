#!/usr/bin/env python3
"""Writes the character classes that index/character_class.h reads, from Debian's package unicode-data.

One byte a character: its Word_Break property (UAX #29) in the low five bits, and three bits for what Kalends asks
besides. Two stages, as most blocks of 256 characters are equal to another one.
"""

import bz2
import gzip
import os
import sys

WORD_BREAKS = [
    "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Katakana", "Hebrew_Letter", "ALetter", "Single_Quote",
    "Double_Quote", "MidNumLet", "MidLetter", "MidNum", "Numeric", "ExtendNumLet", "Regional_Indicator", "WSegSpace",
]
PICTOGRAPHIC = 0x20  # Extended_Pictographic.
TOKEN = 0x40  # A segment with such a character is a token.
CJK = 0x80  # Scripts without spaces, of which terms are pairs of characters.

CHARACTERS = 0x110000
BLOCK = 256
CJK_SCRIPTS = {"Han", "Hiragana", "Katakana", "Hangul"}
# Sound marks and repetition marks that Scripts.txt gives to more than one script.
CJK_COMMON = {0x3006, *range(0x3031, 0x3036), 0x309B, 0x309C, 0x303C, 0x30FC, 0xFF70}
SYRIAC_ABBREVIATION_MARK = 0x070F
# Pictographs that stand for themselves: without the signs, arrows, bullets and dashes that emoji fonts draw too.
EMOJI_BLOCKS = [range(0x2300, 0x2400), range(0x2600, 0x2800), range(0x1F000, 0x20000)]


def lines_of(folder, name):
    path = os.path.join(folder, name)
    for suffix, opener in (("", open), (".gz", gzip.open), (".bz2", bz2.open)):
        if os.path.exists(path + suffix):
            with opener(path + suffix, "rt", encoding="utf-8") as lines:
                yield from lines
            return
    sys.exit(f"{path} is missing: install Debian's package unicode-data")


def ranges_of(folder, name):
    """Yields (characters, value) of a file of the Unicode Character Database."""
    for line in lines_of(folder, name):
        fields = line.split("#")[0].split(";")
        if len(fields) < 2:
            continue
        first, _, last = fields[0].strip().partition("..")
        yield range(int(first, 16), int(last or first, 16) + 1), fields[1].strip()


def classes(folder):
    word_break = [0] * CHARACTERS
    category = ["Cn"] * CHARACTERS
    script = [""] * CHARACTERS
    emoji = {"Extended_Pictographic": set(), "Emoji_Presentation": set(), "Emoji": set()}
    concatenation_marks = set()
    for characters, value in ranges_of(folder, "auxiliary/WordBreakProperty.txt"):
        for c in characters:
            word_break[c] = WORD_BREAKS.index(value)
    for characters, value in ranges_of(folder, "extracted/DerivedGeneralCategory.txt"):
        for c in characters:
            category[c] = value
    for characters, value in ranges_of(folder, "Scripts.txt"):
        for c in characters:
            script[c] = value
    for characters, value in ranges_of(folder, "emoji/emoji-data.txt"):
        if value in emoji:
            emoji[value].update(characters)

    for characters, value in ranges_of(folder, "PropList.txt"):
        if value == "Prepended_Concatenation_Mark":
            concatenation_marks.update(characters)

    # Debian has Unicode 15.0. Two things that the test cases of later versions ask for: marks that are drawn around the
    # digits or letters behind them belong to these, and of the characters that exist only emoji are pictographs.
    for c in concatenation_marks:
        word_break[c] = WORD_BREAKS.index("ALetter" if c == SYRIAC_ABBREVIATION_MARK else "Numeric")
    emoji["Extended_Pictographic"] -= {c for c in range(CHARACTERS) if category[c] != "Cn" and c not in emoji["Emoji"]}

    joined = {WORD_BREAKS.index(name) for name in ("Extend", "ZWJ", "Format")}
    regional = WORD_BREAKS.index("Regional_Indicator")
    table = bytearray(CHARACTERS)
    for c in range(CHARACTERS):
        value = word_break[c]
        if c in emoji["Extended_Pictographic"]:
            value |= PICTOGRAPHIC
        # Marks join what they follow.
        cjk = (script[c] in CJK_SCRIPTS and category[c][0] in "LNS" or c in CJK_COMMON) and word_break[c] not in joined
        if cjk:
            value |= CJK
        is_emoji = c in emoji["Emoji_Presentation"] or (
            c in emoji["Extended_Pictographic"] and any(c in block for block in EMOJI_BLOCKS))
        if cjk or category[c][0] in "LN" or is_emoji or word_break[c] == regional:
            value |= TOKEN
        table[c] = value
    return table


def rows(values):
    text = [str(v) for v in values]
    return ",\n".join("    " + ",".join(text[i:i + 32]) for i in range(0, len(text), 32))


def main():
    folder, output = sys.argv[1:]
    table = classes(folder)
    blocks, block_of = {}, []
    for start in range(0, CHARACTERS, BLOCK):
        block = bytes(table[start:start + BLOCK])
        block_of.append(blocks.setdefault(block, len(blocks)))
    assert len(blocks) <= 256
    names = ", ".join(f"k{name.replace('_', '')}" for name in WORD_BREAKS)
    with open(output, "w", encoding="utf-8") as out:
        out.write(f"""// Written by index/make_unicode_table.py.
#pragma once
#include <cstdint>

namespace kalends {{

// The Word_Break property; kCjk is no value of it, but what WordBreaks may take for characters of those scripts.
enum class WordBreak : std::uint8_t {{ {names}, kCjk }};

namespace unicode_table {{
inline constexpr std::uint8_t kPictographic = {PICTOGRAPHIC};
inline constexpr std::uint8_t kToken = {TOKEN};
inline constexpr std::uint8_t kCjk = {CJK};
inline constexpr unsigned kBlockSize = {BLOCK};
inline constexpr std::uint8_t kBlockOf[{len(block_of)}] = {{
{rows(block_of)}}};
inline constexpr std::uint8_t kBlocks[{len(blocks)}][{BLOCK}] = {{
""")
        out.write(",\n".join("  {" + rows(block) + "}" for block in blocks))
        out.write("};\n}  // namespace unicode_table\n}  // namespace kalends\n")


if __name__ == "__main__":
    main()
