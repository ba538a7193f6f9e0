/**
 * The 38 provinces as tiles, laid out like the archipelago: code, short name, column, row; by island, from west to east.
 * A narrow screen shows the islands one below the other.
 */
export const ISLANDS = [
  {
    id: "sumatra",
    tiles: [
      ["11", "Aceh", 1, 1],
      ["12", "Sumut", 2, 2],
      ["14", "Riau", 3, 2],
      ["21", "Kepri", 4, 2],
      ["13", "Sumbar", 2, 3],
      ["15", "Jambi", 3, 3],
      ["17", "Bengkulu", 3, 4],
      ["16", "Sumsel", 4, 4],
      ["19", "Babel", 5, 4],
      ["18", "Lampung", 4, 5],
    ],
  },
  {
    id: "jawa",
    tiles: [
      ["36", "Banten", 5, 6],
      ["31", "Jakarta", 6, 5],
      ["32", "Jabar", 6, 6],
      ["33", "Jateng", 7, 6],
      ["34", "DIY", 7, 7],
      ["35", "Jatim", 8, 6],
    ],
  },
  {
    id: "nusra",
    tiles: [
      ["51", "Bali", 9, 6],
      ["52", "NTB", 10, 6],
      ["53", "NTT", 11, 6],
    ],
  },
  {
    id: "kalimantan",
    tiles: [
      ["65", "Kaltara", 7, 1],
      ["61", "Kalbar", 6, 2],
      ["64", "Kaltim", 7, 2],
      ["62", "Kalteng", 6, 3],
      ["63", "Kalsel", 7, 3],
    ],
  },
  {
    id: "sulawesi",
    tiles: [
      ["75", "Gorontalo", 10, 1],
      ["71", "Sulut", 11, 1],
      ["72", "Sulteng", 10, 2],
      ["76", "Sulbar", 9, 3],
      ["74", "Sultra", 10, 3],
      ["73", "Sulsel", 9, 4],
    ],
  },
  {
    id: "maluku",
    tiles: [
      ["82", "Malut", 12, 2],
      ["81", "Maluku", 12, 4],
    ],
  },
  {
    id: "papua",
    tiles: [
      ["96", "Papua BD", 13, 2],
      ["92", "P. Barat", 13, 3],
      ["94", "P. Tengah", 14, 3],
      ["91", "Papua", 15, 2],
      ["95", "P. Pegun.", 15, 3],
      ["93", "P. Selatan", 15, 4],
    ],
  },
];

/** Their codes. */
export const PROVINCES = ISLANDS.flatMap((island) => island.tiles.map(([code]) => code));
