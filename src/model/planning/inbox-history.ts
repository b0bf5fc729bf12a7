import type { InboxHistory } from '../inboxes.js'
import type { HistoryStep } from '../patches.js'

const everything = 100

/**
 * How far a history is after what the channel says next, or `before` itself when that is nothing new. The channel's
 * bodies come in any order, so nothing moves back. An error stands until the history moves on, and comes too late once
 * everything was sent.
 */
export function furtherHistory(before: InboxHistory | null, step: HistoryStep, now: Date): InboxHistory | null {
  const isFurther = isPast(step, before)
  const hasMore = (step.progress ?? -1) > (before?.progress ?? -1)
  const isMoved = isFurther || hasMore
  const isError = step.errorCode !== null && (before?.progress ?? 0) < everything
  const errorBefore = before?.errorCode ?? null
  if (!isMoved && !(isError && step.errorCode !== errorBefore)) return before
  const { phase, chunkOrder } = isFurther ? step : { phase: null, chunkOrder: null, ...before }
  return {
    phase,
    chunkOrder,
    progress: hasMore ? step.progress : (before?.progress ?? null),
    errorCode: isError ? step.errorCode : isMoved ? null : errorBefore,
    updatedAt: now,
  }
}

type Place = Pick<InboxHistory, 'phase' | 'chunkOrder'>

function isPast(step: Place, before: Place | null): boolean {
  const [phase, phaseBefore] = [step.phase ?? -1, before?.phase ?? -1]
  return phase === phaseBefore ? (step.chunkOrder ?? -1) > (before?.chunkOrder ?? -1) : phase > phaseBefore
}
