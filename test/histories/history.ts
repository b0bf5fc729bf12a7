import { existsSync, readFileSync } from 'node:fs'
import type { ErrorCode, WriteOutcome } from '../../src/model/errors.js'
import type { JsonObject } from '../../src/model/json.js'
import type { InputOf, Method, ResultOf } from './call.js'

/** A value as it stands in a history, which is JSON: its times are ISO strings, which sort as the times do. */
export type Told<T> = T extends Date
  ? string
  : T extends Error
    ? ToldError
    : T extends readonly (infer E)[]
      ? readonly Told<E>[]
      : JsonObject extends T
        ? T
        : T extends object
          ? { readonly [K in keyof T]: Told<T[K]> }
          : T

export interface ToldError {
  /** Null when the error is not one of the library. */
  readonly code: ErrorCode | null
  readonly outcome: WriteOutcome
  readonly details: unknown
  /** What a raw error says. */
  readonly raw?: string
}

/** The line that is written before a call is sent. Times are microseconds of the clock that all processes share. */
export interface Invocation {
  readonly op: string
  readonly accountId: string
  readonly method: Method
  readonly input: unknown
  readonly at: number
}

/** The line that is written when a call is answered. `sent` says how often it was sent to the adapter. */
export interface Answer {
  readonly answerTo: string
  readonly at: number
  readonly sent: number
  readonly result?: unknown
  readonly error?: ToldError
}

interface OperationOf<M extends Method> {
  /** Its name in the run: the process, and a number. */
  readonly op: string
  readonly accountId: string
  readonly method: M
  readonly input: Told<InputOf<M>>
  readonly invokedAt: number
  /** Infinity when the call was never answered, because its process was killed. */
  readonly endedAt: number
  readonly sent: number
}
type Answered<M extends Method> = OperationOf<M> & { readonly outcome: 'ok'; readonly result: Told<ResultOf<M>> }
type Failed<M extends Method> = OperationOf<M> & { readonly outcome: 'failed'; readonly error: ToldError }
/** A call that may have been applied, once. `error` is null when it was never answered. */
type Unknown<M extends Method> = OperationOf<M> & { readonly outcome: 'unknown'; readonly error: ToldError | null }

/** A call with what became of it. */
export type Operation<M extends Method = Method> = { readonly [N in M]: Answered<N> | Failed<N> | Unknown<N> }[M]

/**
 * Reads the histories of several processes as one, in the order in which the calls began. A process that was killed
 * early has none.
 */
export function readHistories(files: readonly string[]): readonly Operation[] {
  const lines = files.filter((file) => existsSync(file)).flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  // A process that is killed can leave half a line at its end.
  return operationsOf(lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Invocation | Answer))
}

export function operationsOf(lines: readonly (Invocation | Answer)[]): readonly Operation[] {
  const answers = new Map(lines.flatMap((line) => ('answerTo' in line ? [[line.answerTo, line] as const] : [])))
  const operations = lines.flatMap((line) => ('answerTo' in line ? [] : [operation(line, answers.get(line.op))]))
  return operations.sort((a, b) => a.invokedAt - b.invokedAt)
}

function operation({ at, ...invocation }: Invocation, answer: Answer | undefined): Operation {
  const base = { ...invocation, invokedAt: at, endedAt: answer?.at ?? Number.POSITIVE_INFINITY, sent: answer?.sent ?? 1 }
  if (answer === undefined) return { ...base, outcome: 'unknown', error: null } as Operation
  if (answer.error === undefined) return { ...base, outcome: 'ok', result: answer.result } as Operation
  const outcome = answer.error.outcome === 'not_applied' ? 'failed' : 'unknown'
  return { ...base, outcome, error: answer.error } as Operation
}
