import { has, t, use } from "./words.js";
import words from "./words/program.js";

use("program", words);

/**
 * What a programme insures, in words; nothing for one this console does not know.
 * @param {string} program as JKK
 */
export function programWords(program) {
  return has(`program.${program}`) ? t(`program.${program}`) : "";
}

/**
 * Programmes with what they insure: "JKK (work accident), JKM (death)".
 * @param {string[]} programs
 */
export function programList(programs) {
  return programs.map((each) => (programWords(each) ? `${each} (${programWords(each)})` : each)).join(", ");
}
