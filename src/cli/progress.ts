import { buildInWords } from '../migrator/kernel/index-build.js'
import type { Progress } from '../migrator/migrator.js'
import { isHeard, type LogLevel } from './log.js'
import { nameOf, type StateWords, stateWords } from './output/databases.js'
import { oneLine } from './output/text.js'
import type { Scope } from './scope.js'

/** Where the log and the progress go: standard error. */
export interface ProgressScreen {
  readonly isTerminal: boolean
  width(): number
  write(text: string): void
}

export interface ProgressDisplay {
  onProgress(progress: Progress): void
  /** Shows how far a command is that works on one thing; elsewhere than on a terminal at most every 10 seconds. */
  show(line: string): void
  /** Prints a line of the log outside the lines that are rewritten. */
  print(line: string): void
  /** Removes the lines that would be rewritten. */
  end(): void
}

// With more lines, the first would scroll away, and a line that has scrolled away can't be rewritten.
const mostLines = 20
/** For how long a log that nobody watches has no further line of a progress. */
const quietMs = 10_000

/**
 * Shows the progress. On a terminal, the databases at work are the last lines, which are rewritten in place, and a
 * database that has ended stays above them as a line. Elsewhere each change of a database's state is a line. Neither is
 * shown to somebody who asked for warnings only.
 */
export function createProgress(
  screen: ProgressScreen,
  level: LogLevel,
  words: StateWords = stateWords,
  scope: Scope = 'platform',
): ProgressDisplay {
  const lineOf = (progress: Progress) => progressLine(progress, words, scope)
  const atWork = new Map<string, Progress>()
  let shown: string | null = null
  let printedAt = Number.NEGATIVE_INFINITY
  let drawn = 0
  const erase = () => {
    // The cursor goes up to the first of our lines, and everything from there on is cleared.
    if (drawn > 0) screen.write(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  const draw = () => {
    if (!screen.isTerminal) return
    const lines = [...atWork.values()].slice(0, mostLines).map(lineOf)
    if (atWork.size > mostLines) lines.push(`… and ${atWork.size - mostLines} more`)
    if (shown !== null) lines.push(shown)
    for (const line of lines) screen.write(`${line.slice(0, Math.max(1, screen.width() - 1))}\n`)
    drawn = lines.length
  }
  const print = (line: string) => {
    erase()
    screen.write(`${line}\n`)
    draw()
  }
  const printSometimes = (line: string) => {
    if (performance.now() - printedAt < quietMs) return
    printedAt = performance.now()
    print(line)
  }
  return {
    print,
    onProgress(progress) {
      if (!isHeard('info', level)) return
      const key = JSON.stringify([progress.tenantId, progress.database])
      const before = atWork.get(key)
      const ended = progress.state !== 'running' && progress.state !== 'waiting'
      if (ended) atWork.delete(key)
      else atWork.set(key, progress)
      if (ended || (!screen.isTerminal && before?.state !== progress.state)) print(lineOf(progress))
      else if (screen.isTerminal) {
        erase()
        draw()
      } else if (progress.build !== null) printSometimes(lineOf(progress))
    },
    show(line) {
      if (!isHeard('info', level)) return
      if (screen.isTerminal) {
        shown = oneLine(line)
        erase()
        draw()
      } else printSometimes(oneLine(line))
    },
    end() {
      erase()
      shown = null
      atWork.clear()
    },
  }
}

function progressLine(progress: Progress, words: StateWords, scope: Scope): string {
  const { state, migration, step, rows, build, finished, expected } = progress
  const word = state === 'running' || state === 'waiting' ? state : words[state]
  const place = migration === null ? '' : ` ${migration}${step === null ? '' : ` ${step}`}`
  const far = rows !== null ? ` (${rows.done} of ${rows.of})` : build !== null ? ` (${buildInWords(build)})` : ''
  const count = scope === 'store' ? '' : ` [${finished}${expected === null ? '' : ` of ${expected}`} finished]`
  return oneLine(`${nameOf(progress, scope)}: ${word}${place}${far}${count}`)
}
