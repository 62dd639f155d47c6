"""Which file each drawing becomes."""

from collections.abc import Callable
from pathlib import Path

from cms.demo.drawings import country, indoors, portraits, rail, town, water

IMAGES = Path(__file__).parent.parent / "content" / "images"

DRAWINGS: dict[str, Callable[[], str]] = {
    "bread.webp": country.bread,
    "chess.webp": country.chess,
    "flood-marks.webp": water.flood_marks,
    "harbour-cranes.webp": water.harbour_cranes,
    "library.webp": indoors.library,
    "market-stalls.webp": town.market_stalls,
    "night-train.webp": rail.night_train,
    "observatory.webp": country.observatory,
    "orchard.webp": country.orchard,
    "rain-window.webp": indoors.rain_window,
    "river-bend.webp": water.river_bend,
    "sleeper-compartment.webp": rail.sleeper_compartment,
    "spring-tide.webp": water.spring_tide,
    "station-hall.webp": rail.station_hall,
    "sunday-bicycles.webp": town.sunday_bicycles,
    "swifts.webp": town.swifts,
    "theatre.webp": indoors.theatre,
    "tide-barrier.webp": water.tide_barrier,
    "tram.webp": rail.tram,
    "avatar-anouk-terrade.webp": portraits.anouk_terrade,
    "avatar-colette-brandt.webp": portraits.colette_brandt,
    "avatar-daniel-okafor.webp": portraits.daniel_okafor,
    "avatar-ines-morel.webp": portraits.ines_morel,
    "avatar-samir-belkadi.webp": portraits.samir_belkadi,
}
