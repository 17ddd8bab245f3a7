"""Units: how they are written, and how one is reckoned in another of the same dimension."""

from __future__ import annotations

from decimal import Decimal

# The unit's name here, its dimension, what one of it is in the dimension's first unit, the ways to write it.
# A way that is one or two letters long is read with its capitals, a longer one without.
_TABLE = """
    m     length 1          m metre metres meter meters
    km    length 1000       km kilometre kilometres kilometer kilometers
    cm    length 0.01       cm centimetre centimetres centimeter centimeters
    mm    length 0.001      mm millimetre millimetres millimeter millimeters
    mi    length 1609.344   mile miles
    nmi   length 1852       nmi nautical_mile nautical_miles
    ft    length 0.3048     ft foot feet
    in    length 0.0254     inch inches
    yd    length 0.9144     yd yard yards
    m²    area 1            m² m2 sq_m sqm square_metre square_metres square_meter square_meters
    ha    area 10000        ha hectare hectares
    km²   area 1000000      km² km2 sq_km square_kilometre square_kilometres square_kilometer square_kilometers
    acre  area 4046.8564224 acre acres
    ft²   area 0.09290304   ft² sq_ft square_foot square_feet
    mi²   area 2589988.11   mi² sq_mi square_mile square_miles
    m³    volume 1          m³ m3 cubic_metre cubic_metres cubic_meter cubic_meters
    l     volume 0.001      l L litre litres liter liters
    ml    volume 0.000001   ml mL millilitre millilitres milliliter milliliters
    gal   volume 0.00378541 gallon gallons
    kg    mass 1            kg kilo kilos kilogram kilograms kilogramme kilogrammes
    g     mass 0.001        g gram grams gramme grammes
    mg    mass 0.000001     mg milligram milligrams
    t     mass 1000         t tonne tonnes
    ton   mass 1000         ton tons
    lb    mass 0.45359237   lb lbs
    oz    mass 0.028349523  oz ounce ounces
    s     time 1            s sec secs second seconds
    ms    time 0.001        ms millisecond milliseconds
    min   time 60           min mins minute minutes
    h     time 3600         h hr hrs hour hours
    day   time 86400        day days
    week  time 604800       week weeks
    month time 2629800      month months
    year  time 31557600     year years yr yrs
    decade time 315576000   decade decades
    century time 3155760000 century centuries
    m/s   speed 1           m/s metres_per_second meters_per_second metre_per_second
    km/h  speed 0.2777778   km/h kmh kph kilometres_per_hour kilometers_per_hour
    mph   speed 0.44704     mph miles_per_hour
    kn    speed 0.5144444   kn knot knots
    m³/s  flow 1            m³/s m3/s cubic_metres_per_second cubic_meters_per_second
    l/s   flow 0.001        l/s litres_per_second liters_per_second
    °C    celsius 1         °C ℃ degrees_celsius degree_celsius degrees_centigrade
    °F    fahrenheit 1      °F degrees_fahrenheit
    K     kelvin 1          K kelvin
    °     angle 1           ° degree degrees
    %     share 0.01        % percent per_cent per_cents pct
    ‰     share 0.001       ‰ per_mille
    part  share 1           part_of_one
    pp    points 1          percentage_point percentage_points
    ppm   ppm 1             ppm parts_per_million
    psu   psu 1             psu
    mg/l  density 1         mg/l mg/L milligrams_per_litre
    g/l   density 1000      g/l g/L
    W     power 1           W watt watts
    kW    power 1000        kW kilowatt kilowatts
    MW    power 1000000     MW megawatt megawatts
    GW    power 1000000000  GW gigawatt gigawatts
    kWh   energy 1          kWh kilowatt_hour kilowatt_hours
    MWh   energy 1000       MWh
    GWh   energy 1000000    GWh
    V     voltage 1         V volt volts
    Hz    frequency 1       Hz hertz
    kHz   frequency 1000    kHz
    MHz   frequency 1000000 MHz
    hPa   pressure 1        hPa mbar hectopascal
    bar   pressure 1000     bar
    dB    level 1           dB decibel decibels
    kB    data 1            kB KB kilobyte kilobytes
    MB    data 1000         MB megabyte megabytes
    GB    data 1000000      GB gigabyte gigabytes
    TB    data 1000000000   TB terabyte terabytes
    times times 1           times fold
    dollar dollar 1         $ US$ dollar dollars USD
    euro  euro 1            € euro euros EUR
    pound pound 1           £ pound pounds GBP
    yen   yen 1             ¥ yen JPY
    franc franc 1           CHF franc francs
    krona krona 1           SEK NOK DKK
    crown crown 1           crown crowns
    cent  cent 1            cent cents
"""
_ROWS = [line.split() for line in _TABLE.strip().splitlines()]
MONEY = frozenset(["dollar", "euro", "pound", "yen", "franc", "krona", "crown", "cent"])
"""Units that are money; an amount of one is not reckoned in another."""
SPELLINGS = {spelling.replace("_", " "): name for name, _, _, *spellings in _ROWS for spelling in spellings}
"""Each way to write a unit, as it is written, with the unit's name."""
_SIZES = {name: (dimension, Decimal(size)) for name, dimension, size, *_ in _ROWS}
_FOLDED = {spelling.lower(): name for spelling, name in SPELLINGS.items() if len(spelling) > 2}


def unit_named(written: str) -> str:
    """The name of the unit that is written so, "" where it is none."""
    spelling = " ".join(written.split())
    return SPELLINGS.get(spelling) or _FOLDED.get(spelling.lower(), "")


def size_of(unit: str) -> tuple[str, Decimal]:
    """The dimension of a unit and its size in it. What is counted, and a rate, is a dimension of its own."""
    return _SIZES.get(unit, (unit, Decimal(1)))
