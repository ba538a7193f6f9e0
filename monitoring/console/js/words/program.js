/** The programmes, as one would say them. */
export default {
  id: {
    JKK: "kecelakaan kerja",
    JKM: "kematian",
    JHT: "hari tua",
    JP: "pensiun",
    JKP: "kehilangan pekerjaan",
  },
  en: { JKK: "work accident", JKM: "death", JHT: "old age", JP: "pension", JKP: "job loss" },
};
