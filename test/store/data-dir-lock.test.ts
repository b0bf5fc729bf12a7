import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'
import { lockDataDir } from '../../src/opening/data-dir-lock.js'
import { openDataDir } from '../../src/opening/open-data-dir.js'

let scratch: string
let dataDir: string
let lockFile: string
const children: ChildProcess[] = []

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), `conversation-store-test-${process.pid}-lock-`))
  dataDir = join(scratch, 'data')
  lockFile = `${dataDir}.lock`
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(scratch, { recursive: true, force: true })
})

async function holder(): Promise<ChildProcess> {
  const child = fork(new URL('./lock-in-process.ts', import.meta.url), [dataDir], { execArgv: ['--import', 'tsx'] })
  children.push(child)
  await once(child, 'message')
  return child
}
async function tell(child: ChildProcess, message: 'take' | 'release'): Promise<unknown> {
  const answer = once(child, 'message')
  child.send(message)
  return (await answer)[0]
}
async function end(child: ChildProcess, how: 'exit' | 'SIGKILL'): Promise<void> {
  const exited = once(child, 'exit')
  if (how === 'exit') child.send('exit')
  else child.kill(how)
  await exited
}
/**
 * Writes the lock of a process that was killed. It has the pid of this process from an earlier start, so that no other
 * process can have that pid.
 */
function writeDeadLock(token: string): void {
  const lock = { pid: process.pid, host: hostname(), startedAt: '2020-01-01T00:00:00.000Z', processIdentity: 'an earlier start', token }
  writeFileSync(lockFile, JSON.stringify(lock))
}
async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'taken',
    (error: unknown) => error,
  )
}
const lockedBy = (pid: number | undefined, host = hostname()) => ({ code: 'DATA_DIR_LOCKED', details: { dataDir, pid, host } })

describe('the lock of a data directory', () => {
  it('keeps another process out and names who has it, until that one gives it up', async () => {
    const other = await holder()
    expect(await tell(other, 'take')).toBe('taken')
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: other.pid, host: hostname(), startedAt: expect.any(String) })
    expect(await errorOf(lockDataDir(dataDir))).toMatchObject(lockedBy(other.pid))
    expect(await tell(other, 'release')).toBe('released')
    const lock = await lockDataDir(dataDir)
    expect(await tell(other, 'take')).toBe('DATA_DIR_LOCKED')
    lock.release()
    expect(existsSync(lockFile)).toBe(false)
  })

  it('is given up when its process exits', async () => {
    const other = await holder()
    await tell(other, 'take')
    await end(other, 'exit')
    expect(existsSync(lockFile)).toBe(false)
  })

  it('is taken over from a process that was killed', async () => {
    const other = await holder()
    await tell(other, 'take')
    await end(other, 'SIGKILL')
    expect(existsSync(lockFile)).toBe(true)
    const lock = await lockDataDir(dataDir)
    expect(JSON.parse(readFileSync(lockFile, 'utf8')).pid).toBe(process.pid)
    lock.release()
    expect(readdirSync(scratch)).toEqual([])
  })

  it('is taken over by one only of several that find it dead at once', async () => {
    const takers = await Promise.all(Array.from({ length: 4 }, holder))
    for (let round = 0; round < 40; round++) {
      writeDeadLock(`round ${round}`)
      const answers = await Promise.all(takers.map((taker) => tell(taker, 'take')))
      expect(answers.toSorted()).toEqual(['DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'taken'])
      const winner = takers[answers.indexOf('taken')]
      expect(JSON.parse(readFileSync(lockFile, 'utf8')).pid).toBe(winner?.pid)
      if (winner !== undefined) await tell(winner, 'release')
      expect(readdirSync(scratch)).toEqual([])
    }
  })

  it('is taken over although one who wanted to take it over was killed in the middle', async () => {
    writeDeadLock('dead')
    const { ino, mtimeMs } = statSync(lockFile)
    const identity = createHash('sha256')
      .update(`${readFileSync(lockFile, 'utf8')} ${ino} ${mtimeMs}`)
      .digest('hex')
      .slice(0, 16)
    const lock = readFileSync(lockFile, 'utf8')
    writeFileSync(`${lockFile}.${identity}`, lock.replace('"dead"', '"dead too"'))
    const taken = await lockDataDir(dataDir)
    taken.release()
    expect(readdirSync(scratch)).toEqual([])
  })

  it('is not taken over from another host, whose processes nobody here can see', async () => {
    writeFileSync(lockFile, JSON.stringify({ pid: process.pid, host: 'elsewhere', startedAt: '2020-01-01T00:00:00.000Z', token: 't' }))
    expect(await errorOf(lockDataDir(dataDir))).toMatchObject(lockedBy(process.pid, 'elsewhere'))
  })

  it('is taken over when its file was never written, but not while it may be', async () => {
    writeFileSync(lockFile, '')
    let taken = false
    const taking = lockDataDir(dataDir).then((lock) => {
      taken = true
      return lock
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(taken).toBe(false)
    utimesSync(lockFile, new Date(0), new Date(0))
    ;(await taking).release()
  })

  it('holds between the threads of one process as well', async () => {
    const lock = await lockDataDir(dataDir)
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
       const { lockDataDir } = require('tsx/cjs/api').require(workerData.file, workerData.file)
       lockDataDir(workerData.dataDir)
         .then(() => 'taken', (error) => error.code ?? String(error))
         .then((answer) => parentPort.postMessage(answer))`,
      { eval: true, workerData: { dataDir, file: fileURLToPath(new URL('../../src/opening/data-dir-lock.ts', import.meta.url)) } },
    )
    const [answer] = await once(worker, 'message')
    await worker.terminate()
    lock.release()
    expect(answer).toBe('DATA_DIR_LOCKED')
  })

  it('says so when it cannot be written at all', async () => {
    expect(await errorOf(lockDataDir(join(scratch, 'no', 'such', 'directory')))).toMatchObject({ code: 'ENOENT' })
  })
})

describe('an embedded database', () => {
  interface Database {
    readonly directory: string
    close(): Promise<void>
  }
  const log: string[] = []
  const open = async (directory: string): Promise<Database> => {
    log.push('opened')
    await new Promise((resolve) => setTimeout(resolve, 5))
    return {
      directory,
      async close() {
        await new Promise((resolve) => setTimeout(resolve, 5))
        log.push('closed')
      },
    }
  }
  beforeEach(() => {
    log.length = 0
  })

  it('is opened once for all stores of a process, by whatever path they name it, and closed with the last', async () => {
    symlinkSync(scratch, join(scratch, 'link'))
    const first = await openDataDir(dataDir, open)
    const [second, third] = await Promise.all([
      openDataDir(join(scratch, 'link', 'data'), open),
      openDataDir(join(scratch, '.', 'data'), open),
    ])
    expect(second.instance).toBe(first.instance)
    expect(third.instance).toBe(first.instance)
    await first.release()
    await first.release()
    await second.release()
    expect(log).toEqual(['opened'])
    await third.release()
    expect(log).toEqual(['opened', 'closed'])
    expect(existsSync(lockFile)).toBe(false)
  })

  it('is opened anew only once it has been closed', async () => {
    const first = await openDataDir(dataDir, open)
    const [, second] = await Promise.all([first.release(), openDataDir(dataDir, open)])
    expect(log).toEqual(['opened', 'closed', 'opened'])
    await second.release()
  })

  it('makes the directories above it', async () => {
    const { instance, release } = await openDataDir(join(scratch, 'a', 'b', 'data'), open)
    expect(instance.directory.endsWith(join('a', 'b', 'data'))).toBe(true)
    expect(existsSync(join(scratch, 'a', 'b', 'data.lock'))).toBe(true)
    await release()
  })

  it('that cannot be opened is not locked, and can be tried again', async () => {
    const failing = async (): Promise<Database> => {
      throw new Error('damaged')
    }
    const errors = await Promise.all([errorOf(openDataDir(dataDir, failing)), errorOf(openDataDir(dataDir, failing))])
    for (const error of errors) expect(error).toMatchObject({ message: 'damaged' })
    expect(existsSync(lockFile)).toBe(false)
    const { release } = await openDataDir(dataDir, open)
    await release()
  })

  it('of another process is not opened', async () => {
    const other = await holder()
    await tell(other, 'take')
    expect(isConversationStoreError(await errorOf(openDataDir(dataDir, open)), 'DATA_DIR_LOCKED')).toBe(true)
    expect(log).toEqual([])
  })
})
