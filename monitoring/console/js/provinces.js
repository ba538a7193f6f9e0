/**
 * The 38 provinces as tiles, laid out like the archipelago: code, short name, column, row; by island, from west to east.
 * A narrow screen shows the islands one below the other.
 */
export const ISLANDS = [
  { id: "sumatra", tiles: [
    ["11", "Aceh", 1, 1], ["12", "Sumut", 2, 2], ["14", "Riau", 3, 2], ["21", "Kepri", 4, 2], ["13", "Sumbar", 2, 3], ["15", "Jambi", 3, 3],
    ["17", "Bengkulu", 3, 4], ["16", "Sumsel", 4, 4], ["19", "Babel", 5, 4], ["18", "Lampung", 4, 5]] },
  { id: "jawa", tiles: [
    ["36", "Banten", 5, 6], ["31", "Jakarta", 6, 5], ["32", "Jabar", 6, 6], ["33", "Jateng", 7, 6], ["34", "DIY", 7, 7], ["35", "Jatim", 8, 6]] },
  { id: "nusra", tiles: [["51", "Bali", 9, 6], ["52", "NTB", 10, 6], ["53", "NTT", 11, 6]] },
  { id: "kalimantan", tiles: [
    ["65", "Kaltara", 8, 1], ["61", "Kalbar", 7, 2], ["64", "Kaltim", 8, 2], ["62", "Kalteng", 7, 3], ["63", "Kalsel", 8, 3]] },
  { id: "sulawesi", tiles: [
    ["75", "Gorontalo", 11, 1], ["71", "Sulut", 12, 1], ["72", "Sulteng", 11, 2], ["76", "Sulbar", 10, 3], ["74", "Sultra", 11, 3], ["73", "Sulsel", 10, 4]] },
  { id: "maluku", tiles: [["82", "Malut", 13, 2], ["81", "Maluku", 13, 4]] },
  { id: "papua", tiles: [
    ["96", "P. Brt Daya", 14, 2], ["92", "P. Barat", 14, 3], ["94", "P. Tengah", 15, 3], ["91", "Papua", 16, 2], ["95", "P. Pegun.", 16, 3],
    ["93", "P. Selatan", 16, 4]] },
];

/** Their codes. */
export const PROVINCES = ISLANDS.flatMap((island) => island.tiles.map(([code]) => code));
