import { answer, refusal } from '../../http/answers.js'
import { isSameText } from '../signatures/digests.js'
import { listOf } from '../signatures/request-parts.js'
import type { Secrets } from '../signatures/signed-request.js'
import { holdsUnderAny } from '../signatures/verdicts.js'

/** Answers Meta's check of the address: a GET that bears the host's own token gets its challenge back. */
export async function answerChallenge(request: Request, verifyToken: Secrets | undefined): Promise<Response> {
  const query = new URL(request.url).searchParams
  const challenge = query.get('hub.challenge')
  const given = query.get('hub.verify_token') ?? ''
  const isKnown = await holdsUnderAny(listOf(verifyToken), (token) => isSameText(given, token))
  if (query.get('hub.mode') !== 'subscribe' || challenge === null || !isKnown) {
    return refusal(403, 'hub.mode, hub.challenge or hub.verify_token is not what is expected here')
  }
  return answer(200, { contentType: 'text/plain; charset=utf-8', body: challenge })
}
