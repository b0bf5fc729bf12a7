/**
 * Stands for the handler that a host has had so far. It answers 200 whatever happens, so what it
 * could not store never comes again.
 */
export async function handleOldWebhook(_request: Request): Promise<Response> {
  return new Response('EVENT_RECEIVED', { status: 200 })
}
