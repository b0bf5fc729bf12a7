import type { Machine } from './machine.js'
import { counted, percentBeyond, short, times, withUnit } from './numbers.js'
import type { Results } from './results.js'
import { comparedBy, comparisonSection, figuresSection, isBeyond, paragraphs } from './sections.js'
import { table } from './table.js'

/** The text of docs/benchmarks.md. */
export function page(results: Results): string {
  const { machine, comparisons, figures } = results
  return `${paragraphs(
    '# Benchmarks',
    '<!-- Written by `npm run bench` from bench/results.json. -->',
    `What the library costs beside what a host would write without it, measured in one run on a real PostgreSQL and a real MongoDB.
Every time is a ratio of two ways that took turns on the same machine: seconds do not carry over to yours, ratios mostly do.
\`npm run bench\` repeats all of it, and \`npm run bench -- --help\` tells how to repeat a part.`,
    '![Time per operation of each way, as a multiple of the library’s](benchmarks.svg)',
    verdicts(results),
    '## How it was measured',
    method(machine),
    machineTable(machine),
    ...comparisons.map(comparisonSection),
    ...figures.map(figuresSection),
  )}\n`
}

function verdicts({ comparisons, figures }: Results): string {
  const goals = comparisons.flatMap(({ title, measurements }) =>
    measurements.flatMap(({ concurrency, goals }) => goals.map((goal) => ({ ...goal, where: `${title}, ${concurrency} at a time` }))),
  )
  const limited = figures.flatMap(({ title, figures }) =>
    figures.flatMap((figure) => (figure.atMost === undefined ? [] : [{ ...figure, atMost: figure.atMost, where: title }])),
  )
  const missedGoals = goals.filter(({ verdict }) => verdict === 'missed')
  const missedFigures = limited.filter(isBeyond)
  const noise = goals.filter(({ verdict }) => verdict === 'within noise').length
  const missed = missedGoals.length + missedFigures.length
  const total = goals.length + limited.length
  return paragraphs(
    `**${counted(total, 'goal')}: ${total - noise - missed} met, ${noise} within noise, ${missed} missed.** A goal counts as missed only when the whole
interquartile range of the rounds is beyond it, and as met when their median is not.`,
    [
      ...missedGoals.map(
        ({ where, ...goal }) =>
          `- ${where}: ${comparedBy(goal)} is ${times(goal.ratio.median)}, ${percentBeyond(goal.ratio.median, goal.atMost)} beyond ${times(goal.atMost)}`,
      ),
      ...missedFigures.map(
        ({ where, title, value, unit, atMost }) =>
          `- ${where}: ${title} is ${withUnit(value, unit)}, ${percentBeyond(value, atMost)} beyond ${withUnit(atMost, unit)}`,
      ),
    ].join('\n'),
  )
}

function method({ roundTrip }: Machine): string {
  return `- The ways to do a job run in one process on one server and take turns, in an order that changes from round to round: for 50 ms each when there is one
  call at a time, for 300 ms otherwise, and for one operation of each caller at least.
- Time per operation is the time that the callers were at work, divided by the operations that they finished. A ratio is taken within a
  round, and the table shows the median of the rounds with their interquartile range. The library itself runs twice: what its second row
  differs from 1 by is noise.
- Latencies (p50, p99) are those of all single operations. CPU is per operation: \`process.cpuUsage()\` of the client, utime and stime of the server's
  processes.
- Commits are durable: they wait for the disk (PostgreSQL's \`synchronous_commit\`, MongoDB's write concern \`majority\`, journalled).
- The proxy for "2 ms away" holds what passes through it for 1 ms in each direction; with it, \`select 1\` takes ${short(roundTrip.delayed)} ms instead of ${short(roundTrip.direct)} ms.
- Each way's answers are looked at: one that fails ends its comparison without figures.`
}

function machineTable(machine: Machine): string {
  const { cpu, cores, memoryGb, system, node, postgres, postgresSettings, mongo, fdatasync } = machine
  const settings = Object.entries(postgresSettings).map(([name, value]) => `${name} ${value}`)
  return table(
    ['machine', ''],
    [
      ['CPU', `${cpu}, ${counted(cores, 'core')}, shared by client and servers`],
      ['memory', `${memoryGb} GB`],
      ['system', `${system}, Node ${node}`],
      ['PostgreSQL', `${postgres} (${settings.join(', ')})`],
      ['MongoDB', `${mongo}, a replica set of one`],
      ['fdatasync', `${short(fdatasync.median)} ms (p99 ${short(fdatasync.p99)} ms) for a page of 8 kB`],
    ],
    [0, 1],
  )
}
