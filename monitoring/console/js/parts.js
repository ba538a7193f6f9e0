/** What pages are made of. */
export { asOf, figure, meter, when } from "./parts/figures.js";
export { bars } from "./parts/bars.js";
export { copyable } from "./parts/copyable.js";
export { lineChart } from "./parts/chart.js";
export { crumbs, notice, tag } from "./parts/notice.js";
export { table } from "./parts/table.js";
export { tileMap } from "./parts/tilemap.js";
