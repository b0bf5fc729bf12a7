import type { Measurement } from '../runner/summary.js'
import type { ComparisonResult } from './results.js'

const WIDTH = 880
const LABELS = 300
const VALUES = 130
const BAR = 6
const GAP = 6
const HEADING = 34
const TOP = 56

/**
 * docs/benchmarks.svg: a bar for each way and concurrency, from 1 × (the library) to its ratio, on a logarithmic scale.
 */
export function chart(comparisons: readonly ComparisonResult[]): string {
  const shown = comparisons.filter(({ measurements }) => measurements.length > 0)
  const concurrencies = [...new Set(shown.flatMap(({ measurements }) => measurements.map(({ concurrency }) => concurrency)))].sort(
    (a, b) => a - b,
  )
  const ratios = shown.flatMap(({ measurements }) => measurements.flatMap(({ variants }) => variants.map(({ ratio }) => ratio.median)))
  const scale = logScale(Math.min(0.5, ...ratios), Math.max(2, ...ratios))

  let y = TOP
  const parts: string[] = []
  for (const { title, measurements } of shown) {
    parts.push(`<text class="title" x="0" y="${y + 22}">${escaped(title.replaceAll('`', ''))}</text>`)
    y += HEADING
    for (const name of waysOf(measurements)) {
      const bars = measurements.map(({ concurrency, variants }) => ({
        shade: concurrencies.indexOf(concurrency),
        ratio: variants.find((variant) => variant.name === name)?.ratio.median ?? 1,
      }))
      const height = Math.max(bars.length * BAR, 14)
      const middle = y + height / 2 + 4
      parts.push(`<text x="${LABELS - 10}" y="${middle}" text-anchor="end">${escaped(name)}</text>`)
      bars.forEach(({ shade, ratio }, place) => {
        const [from, to] = [scale.x(Math.min(1, ratio)), scale.x(Math.max(1, ratio))]
        const top = y + (height - bars.length * BAR) / 2 + place * BAR
        parts.push(
          `<rect class="c${shade % 3}" x="${from.toFixed(1)}" y="${top}" width="${Math.max(1, to - from).toFixed(1)}" height="${BAR - 1}"/>`,
        )
      })
      const values = bars.map(({ ratio }) => ratio.toFixed(ratio >= 10 ? 1 : 2)).join(' · ')
      parts.push(`<text class="value" x="${WIDTH - VALUES + 10}" y="${middle}">${values} ×</text>`)
      y += height + GAP
    }
  }
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" width="${WIDTH}" height="${y + 10}" role="img" aria-labelledby="title description">`,
    '<title id="title">Time per operation, as a multiple of conversation-store’s</title>',
    '<desc id="description">Bars to the right of 1 × are slower than the library, bars to the left are faster. The scale is logarithmic. All values are in benchmarks.md.</desc>',
    STYLE,
    legend(concurrencies),
    ...scale.ticks.map((tick) => tickLine(tick, scale.x(tick), y)),
    ...parts,
    '</svg>',
  ].join('\n')}\n`
}

const STYLE = `<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600; font-size: 13px } .value { font-variant-numeric: tabular-nums }
.tick { fill: #59636e; font-size: 11px } line { stroke: #d1d9e0 } .one { stroke: #59636e; stroke-width: 1.5 }
.c0 { fill: #0969da } .c1 { fill: #bc4c00 } .c2 { fill: #8250df }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .tick { fill: #9198a1 } line { stroke: #3d444d } .one { stroke: #9198a1 }
.c0 { fill: #58a6ff } .c1 { fill: #f0883e } .c2 { fill: #bc8cff } }
</style>`

function legend(concurrencies: readonly number[]): string {
  const entries = concurrencies.map((concurrency, place) => {
    const x = LABELS + place * 110
    return `<rect class="c${place % 3}" x="${x}" y="6" width="10" height="10"/><text x="${x + 15}" y="15">${concurrency} at a time</text>`
  })
  return `<text x="0" y="15">Time per operation, conversation-store = 1</text>${entries.join('')}`
}

function tickLine(tick: number, x: number, bottom: number): string {
  const at = x.toFixed(1)
  const kind = tick === 1 ? ' class="one"' : ''
  return `<text class="tick" x="${at}" y="${TOP - 14}" text-anchor="middle">${tick} ×</text><line${kind} x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${bottom}"/>`
}

/** On this scale doublings are equally far apart. */
function logScale(least: number, greatest: number): { readonly ticks: readonly number[]; x(ratio: number): number } {
  const low = Math.floor(Math.log2(least))
  const high = Math.ceil(Math.log2(greatest))
  const step = (WIDTH - LABELS - VALUES) / (high - low)
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, place) => 2 ** (low + place)),
    x: (ratio) => LABELS + (Math.log2(ratio) - low) * step,
  }
}

/** All variants except the library itself, which is the line at 1, and its control. */
function waysOf(measurements: readonly Measurement[]): readonly string[] {
  return measurements[0]?.variants.slice(1, -1).map(({ name }) => name) ?? []
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
