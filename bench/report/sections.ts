import type { Figure } from '../comparison.js'
import type { GoalSummary, Measurement, VariantSummary } from '../runner/summary.js'
import { counted, percentBeyond, short, times, timesWithRange, withUnit } from './numbers.js'
import { reasonFor } from './reasons.js'
import type { ComparisonResult, FiguresResult, Taken } from './results.js'
import { table } from './table.js'

export function comparisonSection({ id, title, note, measurements, error, ...taken }: ComparisonResult): string {
  return paragraphs(
    `## ${title}`,
    note,
    takenLine(taken, `--only=${id}`),
    error && `**No figures: it ended with an error.** \`${error}\``,
    ...measurements.flatMap((measurement) => [measurementHeading(measurement), variantTable(measurement)]),
    goalTable(measurements),
    reasonList(id, measurements),
  )
}

export function figuresSection({ id, title, figures, error, ...taken }: FiguresResult): string {
  return paragraphs(
    `## ${title}`,
    takenLine(taken, `--only=${id}`),
    error && `**No figures: it ended with an error.** \`${error}\``,
    figures.length > 0 && table(['', 'value', 'goal', 'note'], figures.map(figureRow), [0, 2, 3]),
  )
}

/** Whether a figure is beyond its goal. False for a figure without a goal. */
export function isBeyond({ value, atMost }: Figure): boolean {
  return atMost !== undefined && value > atMost
}

export function paragraphs(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join('\n\n')
}

function takenLine({ date, load }: Taken, only: string): string {
  return `Taken on ${date}, load average before: ${load.toFixed(2)}. Again: \`npm run bench -- ${only}\``
}

function measurementHeading({ concurrency, rounds }: Measurement): string {
  return `**${concurrency === 1 ? 'One call' : `${concurrency} calls`} at a time**, ${counted(rounds, 'round')}`
}

function variantTable({ variants }: Measurement): string {
  const head = ['', 'time per operation', 'per second', 'p50 ms', 'p99 ms', 'client CPU µs', 'server CPU µs']
  return table(head, variants.map(variantRow))
}

function variantRow({ name, ratio, perSecond, p50, p99, clientCpu, serverCpu }: VariantSummary, place: number): string[] {
  const relative = place === 0 ? times(1) : timesWithRange(ratio)
  return [name, relative, short(perSecond), short(p50), short(p99), short(clientCpu), serverCpu === null ? '–' : short(serverCpu)]
}

function goalTable(measurements: readonly Measurement[]): string | undefined {
  const rows = measurements.flatMap(({ concurrency, goals }) => goals.map((goal) => goalRow(goal, concurrency)))
  return rows.length === 0 ? undefined : table(['goal', 'at a time', 'at most', 'measured', ''], rows, [0, 4])
}

/** What a goal compares, in words. */
export function comparedBy({ of, against, measure }: GoalSummary): string {
  return `${of} ÷ ${against}${measure === undefined ? '' : `, ${measure}`}`
}

function goalRow(goal: GoalSummary, concurrency: number): string[] {
  const { atMost, ratio, verdict } = goal
  const missedBy = verdict === 'missed' ? `**missed** by ${percentBeyond(ratio.median, atMost)}` : verdict
  return [comparedBy(goal), String(concurrency), times(atMost), timesWithRange(ratio), missedBy]
}

function reasonList(id: string, measurements: readonly Measurement[]): string {
  const missed = measurements.flatMap(({ concurrency, goals }) =>
    goals.filter(({ verdict }) => verdict === 'missed').map((goal) => ({ goal, concurrency, why: reasonFor(id, goal, concurrency) })),
  )
  return missed
    .map(({ goal, concurrency, why }) => `- ${comparedBy(goal)}, ${concurrency} at a time: ${why ?? 'we do not know yet why.'}`)
    .join('\n')
}

function figureRow(figure: Figure): string[] {
  const { title, value, unit, atMost, note = '' } = figure
  return [title, withUnit(value, unit), atMost === undefined ? '' : figureGoal(figure, atMost), note]
}

function figureGoal(figure: Figure, atMost: number): string {
  const verdict = isBeyond(figure) ? `**missed** by ${percentBeyond(figure.value, atMost)}` : 'met'
  return `at most ${withUnit(atMost, figure.unit)}: ${verdict}`
}
