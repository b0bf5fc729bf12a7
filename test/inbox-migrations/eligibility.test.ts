import { expect, test } from 'vitest'
import { type InboxTraits, ineligibility, whatsAppFamily } from '../../src/inbox-migrations/eligibility.js'

const inbox = (channel: string, provider: string | null, metadata: InboxTraits['metadata'] = null): InboxTraits => ({
  oaId: `${provider} on ${channel}`,
  channel,
  provider,
  metadata,
  status: 'connected',
})
const instance = { evolution_instance_name: 'shop' }

test.each([
  ['evolution on whatsapp', inbox('whatsapp', 'evolution'), 'whatsapp'],
  ['evolution on api with its instance', inbox('api', 'evolution', instance), 'whatsapp'],
  ['an api inbox that names an instance', inbox('api', null, instance), 'whatsapp'],
  ['the Cloud API', inbox('whatsapp', 'whatsapp_cloud'), 'whatsapp'],
  ['360dialog', inbox('whatsapp', '360dialog'), 'whatsapp'],
  ['360dialog under its other name', inbox('whatsapp', 'default'), 'whatsapp'],
  ['twilio on whatsapp', inbox('whatsapp', 'twilio'), 'whatsapp'],
  ['twilio on whatsapp that says its medium', inbox('whatsapp', 'twilio', { medium: 'whatsapp' }), 'whatsapp'],
  ['twilio whose medium is another', inbox('whatsapp', 'twilio', { medium: 'sms' }), null],
  ['twilio on sms', inbox('sms', 'twilio'), null],
  ['evolution on api without an instance', inbox('api', 'evolution'), null],
  ['an instance without a name', inbox('api', 'evolution', { evolution_instance_name: '' }), null],
  ['another provider that names an instance', inbox('api', 'other', instance), null],
  ['whatsapp without a provider', inbox('whatsapp', null), null],
  ['messenger', inbox('messenger', 'meta'), null],
  ['a Cloud API on another channel', inbox('sms', 'whatsapp_cloud'), null],
])('%s is of the family it is', (_, given, family) => {
  expect(whatsAppFamily(given)).toBe(family)
})

test('people move between two inboxes of one family, into a connected one', () => {
  const from = inbox('whatsapp', 'twilio')
  const to = inbox('whatsapp', 'whatsapp_cloud')
  expect(ineligibility(from, to)).toBeNull()
  expect(ineligibility({ ...from, status: 'disconnected' }, to)).toBeNull()
  expect(ineligibility(from, from)).toBe('both are the same inbox')
  expect(ineligibility(from, { ...to, status: 'disconnected' })).toContain('is disconnected')
  expect(ineligibility(inbox('sms', 'twilio'), to)).toBe('nobody can move out of twilio on sms (twilio on sms)')
  expect(ineligibility(from, inbox('messenger', null))).toBe('nobody can move into null on messenger (messenger)')
  const families = ({ channel }: InboxTraits) => channel
  expect(ineligibility(inbox('sms', 'a'), inbox('sms', 'b'), families)).toBeNull()
  expect(ineligibility(from, inbox('sms', 'b'), families)).toContain('different families')
})
