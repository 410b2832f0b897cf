export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlotOptions {
  readonly title: string;
  /** what x is */
  readonly axis: string;
  readonly points: readonly Point[];
}

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 24;
const TOP = 44;
const BOTTOM = 52;

/** 1, 2 or 5 times a power of ten: a round number of steps up to the largest value. */
const stepFor = (largest: number): number => {
  const rough = largest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
};

const text = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;

/** A line over a logarithmic x axis, from 0 upwards, as SVG. */
export const plot = ({ title, axis, points }: PlotOptions): string => {
  const largest = Math.max(...points.map(({ y }) => y));
  const step = stepFor(largest);
  const top = Math.ceil(largest / step) * step;
  const first = Math.log10(points[0]?.x ?? 1);
  const span = Math.log10(points.at(-1)?.x ?? 10) - first || 1;
  const placeX = (x: number): number => Math.round(LEFT + ((Math.log10(x) - first) / span) * (WIDTH - LEFT - RIGHT));
  const placeY = (y: number): number => Math.round(HEIGHT - BOTTOM - (y / top) * (HEIGHT - TOP - BOTTOM));
  const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step).flatMap((value) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${placeY(value)}" y2="${placeY(value)}" stroke="#ccc"/>`,
    text(LEFT - 8, placeY(value) + 4, 'end', String(Number(value.toPrecision(3)))),
  ]);
  const marks = points.flatMap(({ x, y }) => [
    `<circle cx="${placeX(x)}" cy="${placeY(y)}" r="3.5" fill="#0b57d0"/>`,
    text(placeX(x), HEIGHT - BOTTOM + 18, 'middle', x.toLocaleString('en')),
    text(placeX(x), placeY(y) - 9, 'middle', y.toFixed(2)),
  ]);
  const path = points.map(({ x, y }) => `${placeX(x)},${placeY(y)}`).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}, by ${axis}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 22, 'start', title),
    ...lines,
    `<polyline points="${path}" fill="none" stroke="#0b57d0" stroke-width="2"/>`,
    ...marks,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, 'middle', axis),
    '</svg>\n',
  ].join('\n');
};
