import { expect, test } from 'vitest'
import { buildInWords, buildWatch, type IndexBuild } from '../../src/migrator/kernel/index-build.js'

interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve: (value) => resolve(value), reject: (error) => reject(error) }
}

/** A watch whose ticks and whose looks the test decides, and a build that goes on until the test ends it. */
function watched() {
  let tick: (() => void) | null = null
  const looks: Deferred<IndexBuild | null>[] = []
  const told: IndexBuild[] = []
  const build = deferred<string>()
  const watch = buildWatch(
    (look) => {
      tick = look
      return () => {
        tick = null
      }
    },
    () => {
      const look = deferred<IndexBuild | null>()
      looks.push(look)
      return look.promise
    },
    (each) => told.push(each),
  )
  const end = watch('idx_a', () => build.promise)
  return { looks, told, build, end, tick: () => tick?.(), isWatched: () => tick !== null }
}

const half: IndexBuild = { index: 'idx_a', phase: 'scanning', done: 5, of: 10 }
const settled = () => new Promise(setImmediate)

test('a build is looked at with each tick, one look at a time, until it is over', async () => {
  const { looks, told, build, end, tick, isWatched } = watched()
  tick()
  tick()
  expect(looks).toHaveLength(1)
  looks[0]?.resolve(half)
  await settled()
  tick()
  looks[1]?.resolve(null)
  await settled()
  expect(told).toEqual([half])
  tick()
  build.resolve('built')
  expect(await end).toBe('built')
  expect(isWatched()).toBe(false)
  looks[2]?.resolve(half)
  await settled()
  expect(told).toEqual([half])
})

test('a look that fails is the last, and does not disturb the build', async () => {
  const { looks, told, build, end, tick } = watched()
  tick()
  looks[0]?.reject(new Error('not allowed'))
  await settled()
  tick()
  expect(looks).toHaveLength(1)
  build.reject(new Error('no space'))
  await expect(end).rejects.toThrow('no space')
  expect(told).toEqual([])
})

test('the words of a build', () => {
  expect(buildInWords(half)).toBe('scanning, 5 of 10')
  expect(buildInWords({ ...half, done: null, of: null })).toBe('scanning')
})
