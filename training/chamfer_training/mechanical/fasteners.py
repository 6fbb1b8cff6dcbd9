"""Screws, nuts and washers from the ISO, DIN, EN and ASME tables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bd_warehouse import fastener as f
from bd_warehouse.thread import IsoThread
from build123d import Align, Cylinder
from build123d import Part as Body

from .part import Part, number, slug, spread

# class, table column, kind, standard, words before the designation, drive (None: from the recess of the size)
SCREWS = [
    (f.SocketHeadCapScrew, "iso4762", "hexagon-socket-head-screw", "ISO 4762", "Hexagon socket head cap screw", "hexagon socket"),
    (f.SocketHeadCapScrew, "asme_b18.3", "hexagon-socket-head-screw", "ASME B18.3", "Hexagon socket head cap screw", "hexagon socket"),
    (f.HexHeadScrew, "iso4014", "hexagon-head-screw", "ISO 4014", "Hexagon head bolt", "hexagon"),
    (f.HexHeadScrew, "iso4017", "hexagon-head-screw", "ISO 4017", "Hexagon head screw", "hexagon"),
    (f.HexHeadScrew, "din931", "hexagon-head-screw", "DIN 931", "Hexagon head bolt", "hexagon"),
    (f.HexHeadWithFlangeScrew, "din1662", "hexagon-flange-screw", "EN 1662", "Hexagon bolt with flange, small series", "hexagon"),
    (f.HexHeadWithFlangeScrew, "din1665", "hexagon-flange-screw", "EN 1665", "Hexagon bolt with flange, heavy series", "hexagon"),
    (f.ButtonHeadScrew, "iso7380_1", "button-head-screw", "ISO 7380-1", "Hexagon socket button head screw", "hexagon socket"),
    (f.ButtonHeadWithCollarScrew, "iso7380_2", "button-head-screw", "ISO 7380-2", "Hexagon socket button head screw with collar", "hexagon socket"),
    (f.CheeseHeadScrew, "iso1207", "cheese-head-screw", "ISO 1207", "Slotted cheese head screw", "slot"),
    (f.CheeseHeadScrew, "iso7048", "cheese-head-screw", "ISO 7048", "Cross-recessed cheese head screw", "cross recess"),
    (f.CheeseHeadScrew, "iso14580", "cheese-head-screw", "ISO 14580", "Hexalobular socket cheese head screw", "hexalobular socket"),
    (f.CounterSunkScrew, "iso2009", "countersunk-head-screw", "ISO 2009", "Slotted countersunk flat head screw", "slot"),
    (f.CounterSunkScrew, "iso7046", "countersunk-head-screw", "ISO 7046", "Cross-recessed countersunk flat head screw", "cross recess"),
    (f.CounterSunkScrew, "iso10642", "countersunk-head-screw", "ISO 10642", "Hexagon socket countersunk head screw", "hexagon socket"),
    (f.CounterSunkScrew, "iso14581", "countersunk-head-screw", "ISO 14581", "Hexalobular socket countersunk flat head screw", "hexalobular socket"),
    (f.CounterSunkScrew, "iso14582", "countersunk-head-screw", "ISO 14582", "Hexalobular socket countersunk head screw, high head", "hexalobular socket"),
    (f.PanHeadScrew, "iso1580", "pan-head-screw", "ISO 1580", "Slotted pan head screw", "slot"),
    (f.PanHeadScrew, "iso14583", "pan-head-screw", "ISO 14583", "Hexalobular socket pan head screw", "hexalobular socket"),
    (f.PanHeadScrew, "asme_b_18.6.3", "pan-head-screw", "ASME B18.6.3", "Pan head machine screw", None),
    (f.RaisedCheeseHeadScrew, "iso7045", "pan-head-screw", "ISO 7045", "Cross-recessed pan head screw", "cross recess"),
    (f.PanHeadWithCollarScrew, "din967", "pan-head-screw", "DIN 967", "Cross-recessed pan head screw with collar", "cross recess"),
    (f.RaisedCounterSunkOvalHeadScrew, "iso2010", "raised-countersunk-head-screw", "ISO 2010", "Slotted raised countersunk head screw", "slot"),
    (f.RaisedCounterSunkOvalHeadScrew, "iso7047", "raised-countersunk-head-screw", "ISO 7047", "Cross-recessed raised countersunk head screw", "cross recess"),
    (f.RaisedCounterSunkOvalHeadScrew, "iso14584", "raised-countersunk-head-screw", "ISO 14584", "Hexalobular socket raised countersunk head screw", "hexalobular socket"),
    (f.SetScrew, "iso4026", "set-screw", "ISO 4026", "Hexagon socket set screw with flat point", "hexagon socket"),
    (f.ShoulderScrew, "iso7379", "shoulder-screw", "ISO 7379", "Hexagon socket head shoulder screw", "hexagon socket"),
]  # fmt: skip

NUTS = [
    (f.HexNut, "iso4032", "hexagon-nut", "ISO 4032", "Hexagon regular nut"),
    (f.HexNut, "iso4033", "hexagon-nut", "ISO 4033", "Hexagon high nut"),
    (f.HexNut, "iso4035", "hexagon-nut", "ISO 4035", "Hexagon thin nut, chamfered"),
    (f.UnchamferedHexagonNut, "iso4036", "hexagon-nut", "ISO 4036", "Hexagon thin nut, unchamfered"),
    (f.DomedCapNut, "din1587", "domed-cap-nut", "DIN 1587", "Hexagon domed cap nut"),
    # The table calls its column din1665; hexagon nuts with flange of these dimensions are EN 1661.
    (f.HexNutWithFlange, "din1665", "hexagon-flange-nut", "EN 1661", "Hexagon nut with flange"),
    (f.SquareNut, "din557", "square-nut", "DIN 557", "Square nut"),
]

WASHERS = [
    (f.PlainWasher, "iso7089", "plain-washer", "ISO 7089", "Plain washer, normal series"),
    (f.ChamferedWasher, "iso7090", "plain-washer", "ISO 7090", "Plain washer, chamfered, normal series"),
    (f.PlainWasher, "iso7091", "plain-washer", "ISO 7091", "Plain washer, normal series, product grade C"),
    (f.CheeseHeadWasher, "iso7092", "plain-washer", "ISO 7092", "Plain washer, small series"),
    (f.PlainWasher, "iso7093", "plain-washer", "ISO 7093", "Plain washer, large series"),
    (f.PlainWasher, "iso7094", "plain-washer", "ISO 7094", "Plain washer, extra large series"),
    (f.InternalToothLockWasher, "din6797", "toothed-lock-washer", "DIN 6797", "Toothed lock washer, internal teeth"),
    (f.InternalToothLockWasher, "asme_b18.21.1", "toothed-lock-washer", "ASME B18.21.1", "Toothed lock washer, internal teeth"),
]  # fmt: skip

# A misprint of bd_warehouse 0.4.0: "5,68,10" among the lengths of ISO 1580.
MISPRINTED_LENGTHS = {("iso1580", 68.0)}
INCH = 25.4


def screws() -> Iterator[Part]:
    for cls, column, kind, standard, words, drive in SCREWS:
        family = slug(standard)
        for size in spread(sorted(set(cls.sizes(column)), key=_order), 7):
            data = f.evaluate_parameter_dict(
                f.isolate_fastener_type(column, cls.fastener_data)[size], is_metric=size.startswith("M")
            )
            for length in spread(_lengths(column, data, _diameter(size)), 3):
                shown, unit = (length, "") if size.startswith("M") else (length / INCH, "in")
                designation = f"{size} x {number(shown)}{unit}"
                attributes = {"standard": standard, "size": designation, "length_mm": number(length)}
                if drive is not None:
                    recess = data.get("recess")
                    attributes["drive"] = f"{drive} {recess}" if recess else drive
                yield Part(
                    f"{words} {standard} - {designation}", kind, family, attributes,
                    partial(cls, size, length, column, simple=True),
                )  # fmt: skip


def _order(size: str) -> tuple[float, str]:
    return _diameter(size), size


def _diameter(size: str) -> float:
    first = size.split("-")[0]
    return float(first[1:]) if first[0] == "M" else f.decode_imperial_size(size)[0]


def _lengths(column: str, data: dict, diameter: float) -> list[float]:
    """Nominal lengths of the table up to ten diameters: longer ones look all alike."""
    shortest, longest = data.get("short", 0.0), data.get("long", 1e9)
    return [
        length
        for length in f.Screw.nominal_length_range[column]
        if shortest <= length <= min(longest, max(10 * diameter, shortest))
        and (column, length) not in MISPRINTED_LENGTHS
    ]


def nuts() -> Iterator[Part]:
    for cls, column, kind, standard, words in NUTS:
        for size in spread(sorted(set(cls.sizes(column)), key=_order), 14):
            yield Part(
                f"{words} {standard} - {size}", kind, slug(standard), {"standard": standard, "size": size},
                partial(cls, size, column, simple=True),
            )  # fmt: skip


def washers() -> Iterator[Part]:
    for cls, column, kind, standard, words in WASHERS:
        for size in spread(list(cls.sizes(column)), 16):
            yield Part(
                f"{words} {standard} - {size}", kind, slug(standard), {"standard": standard, "size": size},
                partial(cls, size, column),
            )  # fmt: skip


def heat_set_inserts() -> Iterator[Part]:
    """Dimensions come from two makers' tables; no standard covers them."""
    for maker in ("McMaster-Carr", "Hilitchi"):
        for size in spread(list(f.HeatSetNut.sizes(maker)), 12):
            yield Part(
                f"Heat-set insert - {size}", "heat-set-insert", slug(f"heat-set-insert-{maker}"), {"size": size},
                partial(f.HeatSetNut, size, maker, simple=True), 0.35,
            )  # fmt: skip


def threaded_parts() -> Iterator[Part]:
    """Parts with their thread cut for real: rods, and a few screws and nuts of families that are there already."""
    for diameter, pitch in [(3, 0.5), (4, 0.7), (5, 0.8), (6, 1), (8, 1.25), (10, 1.5), (12, 1.75), (16, 2)]:
        for turns in (10, 20):
            length = number(pitch * turns)
            size = f"M{diameter}-{pitch} x {length}"
            yield Part(
                f"Threaded rod DIN 976 - {size}", "threaded-rod", "din-976",
                {"standard": "DIN 976", "size": size, "length_mm": length},
                partial(_rod, diameter, pitch, length), 0.4,
            )  # fmt: skip
    threaded = [
        ("iso4762", "M4-0.7", 10),
        ("iso4762", "M8-1.25", 20),
        ("iso4017", "M6-1", 16),
        ("iso4017", "M10-1.5", 25),
    ]
    for column, size, length in threaded:
        cls, _, kind, standard, words, drive = next(row for row in SCREWS if row[1] == column)
        designation = f"{size} x {length}"
        yield Part(
            f"{words} {standard} - {designation}, with thread", kind, slug(standard),
            {"standard": standard, "size": designation, "length_mm": length, "drive": drive},
            partial(cls, size, length, column, simple=False), 0.4, f"{designation} with thread",
        )  # fmt: skip


def _rod(diameter: float, pitch: float, length: float) -> Body:
    thread = IsoThread(diameter, pitch, length, external=True, end_finishes=("fade", "fade"))
    core = Cylinder(thread.min_radius, length, align=(Align.CENTER, Align.CENTER, Align.MIN))
    return Body(children=[core, thread])
