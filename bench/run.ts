import type { OpenComparison, TakeFigures } from './comparison.js'
import { mongoComparisons, mongoFigures } from './mongo/index.js'
import { postgresComparisons, postgresFigures } from './postgres/index.js'
import { writeDocs } from './report/docs.js'
import { describeMachine } from './report/machine.js'
import { type Results, resultsToAddTo, savedResults, saveResults, withResult } from './report/results.js'
import { comparisonSection, figuresSection } from './report/sections.js'
import { type CommandLine, readCommandLine, USAGE } from './runner/command-line.js'
import { checkComparison, compare, takeFigures } from './runner/compare.js'
import { cpuMeter } from './runner/cpu.js'
import { idOf, selected } from './runner/selection.js'
import { factsAbout, type ServerFacts } from './server-facts.js'
import { type StartedServers, startServers } from './servers.js'
import { takeWebhooksHistory } from './webhooks/history.js'
import { takeWeight } from './weight/index.js'

const COMPARISONS: readonly OpenComparison[] = [...postgresComparisons, ...mongoComparisons]
const FIGURES: readonly TakeFigures[] = [...postgresFigures, ...mongoFigures, takeWebhooksHistory, takeWeight]
const IDS = [...COMPARISONS, ...FIGURES].map(idOf)

async function run(commandLine: CommandLine): Promise<void> {
  if (commandLine.mode === 'help') return console.log(USAGE)
  if (commandLine.mode === 'render') return writeDocs(saved())
  const chosen = selected([...COMPARISONS, ...FIGURES], commandLine.only)
  const comparisons = COMPARISONS.filter((open) => chosen.includes(open))
  const figures = FIGURES.filter((take) => chosen.includes(take))
  const servers = await startServers(commandLine.mode === 'check' ? 20_000 : 1_000_000)
  try {
    if (commandLine.mode === 'check') await check(comparisons, servers)
    else await measureAll(comparisons, figures, servers, commandLine)
  } finally {
    await servers.stop()
  }
}

async function check(comparisons: readonly OpenComparison[], servers: StartedServers): Promise<void> {
  for (const open of comparisons) {
    await checkComparison(open, servers)
    console.log(`${idOf(open)}: every way works`)
  }
}

async function measureAll(
  comparisons: readonly OpenComparison[],
  figures: readonly TakeFigures[],
  servers: StartedServers,
  { only, pace, save }: CommandLine,
): Promise<void> {
  const facts = await factsAbout(servers)
  const machine = await describeMachine(facts)
  let results: Results = save ? resultsToAddTo(machine, only === null) : { machine, comparisons: [], figures: [] }
  // Results are saved after each one, so that an hour of measuring outlives the failure of what comes next.
  const keep = (next: Results) => {
    results = next
    if (!save) return
    saveResults(results)
    writeDocs(results)
  }
  for (const open of comparisons) {
    const result = await compare(open, servers, pace, cpuMeter(serverPid(open, facts)))
    console.log(`${comparisonSection(result)}\n`)
    keep({ ...results, comparisons: withResult(results.comparisons, result, IDS) })
    if (result.error !== undefined) process.exitCode = 1
  }
  for (const take of figures) {
    const result = await takeFigures(take, servers)
    console.log(`${figuresSection(result)}\n`)
    keep({ ...results, figures: withResult(results.figures, result, IDS) })
    if (result.error !== undefined) process.exitCode = 1
  }
}

function serverPid(open: OpenComparison, { postgresPid, mongoPid }: ServerFacts): number | null {
  return mongoComparisons.includes(open) ? mongoPid : postgresPid
}

function saved(): Results {
  const results = savedResults()
  if (!results) throw new Error('nothing has been measured yet: npm run bench')
  return results
}

await run(readCommandLine(process.argv.slice(2)))
