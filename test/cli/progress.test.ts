import { expect, test, vi } from 'vitest'
import { createLogger, type LogLevel } from '../../src/cli/log.js'
import { createProgress } from '../../src/cli/progress.js'
import type { Progress } from '../../src/migrator/migrator.js'

const escapeCharacter = '\u001b'

/** Shows what a terminal would: it keeps the lines, moves the cursor up, and clears everything below it. */
function screen(isTerminal: boolean, width = 200) {
  const lines: string[] = []
  return {
    lines,
    isTerminal,
    width: () => width,
    write(text: string) {
      if (text.startsWith(escapeCharacter)) lines.splice(lines.length - Number(/\d+/.exec(text)?.[0]))
      else lines.push(text.replace(/\n$/, ''))
    },
  }
}

const step = (tenantId: string, state: Progress['state'], place = '', finished = 0): Progress => ({
  tenantId,
  database: `chat_${tenantId}`,
  state,
  migration: place === '' ? null : place,
  step: null,
  rows: null,
  build: null,
  finished,
  expected: null,
})

test('a terminal shows the tenants at work below those that ended, rewritten in place', () => {
  const terminal = screen(true)
  const progress = createProgress(terminal, 'info')
  progress.onProgress(step('acme', 'running', 'users@001'))
  progress.onProgress(step('globex', 'running', 'users@001'))
  progress.onProgress(step('acme', 'running', 'users@002'))
  progress.print('info  a line of the log')
  expect(terminal.lines).toEqual([
    'info  a line of the log',
    'acme (chat_acme): running users@002 [0 finished]',
    'globex (chat_globex): running users@001 [0 finished]',
  ])
  progress.onProgress(step('acme', 'applied', '', 1))
  expect(terminal.lines.slice(1)).toEqual([
    'acme (chat_acme): applied [1 finished]',
    'globex (chat_globex): running users@001 [0 finished]',
  ])
  progress.end()
  expect(terminal.lines).toEqual(['info  a line of the log', 'acme (chat_acme): applied [1 finished]'])
})

test('a terminal gets no more lines than it can rewrite, and none that would wrap', () => {
  const terminal = screen(true, 30)
  const progress = createProgress(terminal, 'info')
  for (let tenant = 0; tenant < 25; tenant++) progress.onProgress(step(`tenant-${tenant}`, 'running', 'a-long-collection@001'))
  expect(terminal.lines).toHaveLength(21)
  expect(terminal.lines.at(-1)).toBe('… and 5 more')
  expect(Math.max(...terminal.lines.map(({ length }) => length))).toBeLessThan(30)
})

test('elsewhere each change of a state is a line, and a step is none', () => {
  const file = screen(false)
  const progress = createProgress(file, 'info')
  progress.onProgress(step('acme', 'waiting'))
  progress.onProgress(step('acme', 'running', 'users@001'))
  progress.onProgress(step('acme', 'running', 'users@002'))
  progress.onProgress(step('acme', 'failed', '', 1))
  progress.end()
  expect(file.lines).toEqual([
    'acme (chat_acme): waiting [0 finished]',
    'acme (chat_acme): running users@001 [0 finished]',
    'acme (chat_acme): failed [1 finished]',
  ])
})

test.each<[LogLevel, readonly string[]]>([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
])('the level %s lets %j through', (level, heard) => {
  const lines: string[] = []
  const logger = createLogger(level, (line) => lines.push(line))
  logger.debug('m')
  logger.info('m', { database: 'chat_acme', note: 'a\u001b[2Jb' })
  logger.warn('m')
  logger.error('at mongodb://u:secret@db/')
  expect(lines.map((line) => line.split(' ')[0])).toEqual(heard)
  expect(lines.join()).not.toContain('secret')
  expect(lines.join()).not.toContain(escapeCharacter)
  const file = screen(false)
  createProgress(file, level).onProgress(step('acme', 'running'))
  expect(file.lines).toHaveLength(heard.includes('info') ? 1 : 0)
})

test('what works on one thing has one line, which is rewritten on a terminal and else comes no more often than every 10 s', () => {
  const terminal = screen(true)
  const progress = createProgress(terminal, 'info')
  for (const page of [1, 2]) progress.show(`${page} pages \u001b[2J of it`)
  progress.print('warn  something was left out')
  expect(terminal.lines).toEqual(['warn  something was left out', '2 pages  [2J of it'])
  progress.end()
  expect(terminal.lines).toEqual(['warn  something was left out'])
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const file = screen(false)
    const quiet = createProgress(file, 'info')
    quiet.show('1 page')
    quiet.show('2 pages')
    vi.advanceTimersByTime(10_000)
    quiet.show('3 pages')
    expect(file.lines).toEqual(['1 page', '3 pages'])
    const silent = screen(true)
    createProgress(silent, 'warn').show('1 page')
    expect(silent.lines).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('a line tells how far the server has got with an index; elsewhere than on a terminal at most every 10 s', () => {
  const build = { index: 'idx_a', phase: 'building index: scanning table', done: 120, of: 4_000 }
  const at = (done: number): Progress => ({ ...step('acme', 'running', 'users@002'), step: 'index idx_a', build: { ...build, done } })
  const line = (done: number) =>
    `acme (chat_acme): running users@002 index idx_a (building index: scanning table, ${done} of 4000) [0 finished]`
  const terminal = screen(true)
  createProgress(terminal, 'info').onProgress(at(120))
  expect(terminal.lines).toEqual([line(120)])
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const file = screen(false)
    const quiet = createProgress(file, 'info')
    quiet.onProgress(step('acme', 'running', 'users@002'))
    quiet.onProgress(at(120))
    quiet.onProgress(at(240))
    vi.advanceTimersByTime(10_000)
    quiet.onProgress(at(360))
    expect(file.lines).toEqual(['acme (chat_acme): running users@002 [0 finished]', line(120), line(360)])
  } finally {
    vi.useRealTimers()
  }
})

test('a line tells how far a step has got with its rows, and how many of how many databases have ended', () => {
  const terminal = screen(true)
  const progress = createProgress(terminal, 'info')
  const rows = { done: 200, of: 1_500 }
  progress.onProgress({ ...step('acme', 'running', 'users@002', 3), step: 'up', rows, expected: 12 })
  expect(terminal.lines).toEqual(['acme (chat_acme): running users@002 up (200 of 1500) [3 of 12 finished]'])
})
