import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { evolution, ingestWebhook, messenger, telegram, twilio, whatsapp, widget } from '../../src/webhooks/index.js'
import { body, echo, text } from './bodies.js'
import { bodyOf, channels, namesOf, optionsOf } from './collected-bodies.js'

const oaId = '106540352242922'
const metadata = { display_phone_number: '15550051310', phone_number_id: oaId }
const lan = '84901234567'
const hoa = '84907654321'

const contact = (wa_id: string, name: unknown) => ({ wa_id, profile: { name } })
const said = (id: string, rest: object = {}) => ({ id, from: lan, timestamp: '1768000000', type: 'text', text: { body: id }, ...rest })
const whatsappBody = (value: object, field = 'messages') => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'waba', changes: [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }] }],
})
const namesOfItems = (items: readonly { readonly customerName?: string }[]) => items.map(({ customerName }) => customerName)

describe('the name of a sender', () => {
  test('WhatsApp tells in the entry that shares an id with the message, wherever it stands', () => {
    const contacts = [contact(hoa, 'Hoa'), contact(lan, ' Lan '), contact('84900000000', 7)]
    const messages = [said('m1'), said('m2', { from: hoa }), said('m3', { from: '84900000000' }), said('m4', { from: '84911111111' })]
    expect(namesOfItems(whatsapp.normalize(whatsappBody({ contacts, messages })).items)).toEqual(['Lan', 'Hoa', undefined, undefined])
  })

  test('is not read from what the inbox sent, nor from what became of it', () => {
    const contacts = [contact(lan, 'Lan')]
    const statuses = [{ id: 'w', status: 'read', recipient_id: lan, timestamp: '1768000000' }]
    const echoes = { contacts, message_echoes: [said('e1', { from: metadata.display_phone_number, to: lan })] }
    const ofOurs = [whatsappBody({ contacts, statuses }), whatsappBody(echoes, 'smb_message_echoes')]
    for (const each of ofOurs) expect(namesOfItems(whatsapp.normalize(each).items)).toEqual([undefined])
    const key = { remoteJid: `${lan}@s.whatsapp.net`, id: 'k' }
    const upsert = (fromMe: boolean) => ({
      event: 'messages.upsert',
      instance: 'shop',
      data: { key: { ...key, fromMe }, pushName: 'Shop or Lan', message: { conversation: 'hi' }, messageTimestamp: 1768000000 },
    })
    expect(namesOfItems(evolution.normalize(upsert(true)).items)).toEqual([undefined])
    expect(namesOfItems(evolution.normalize(upsert(false)).items)).toEqual(['Shop or Lan'])
    const business = (from: number) => ({
      business_message: {
        message_id: 1,
        date: 1768000000,
        chat: { id: 7, type: 'private', first_name: 'Lan' },
        from: { id: from, first_name: 'Shop' },
        text: 'hi',
      },
    })
    expect(namesOfItems(telegram.normalize(business(8), { oaId: 'bot' }).items)).toEqual([undefined])
    expect(namesOfItems(messenger.normalize(body(text('m_1'), echo({ mid: 'm_2', text: 'hi' }))).items)).toEqual([undefined, undefined])
  })

  test.each([
    [{ first_name: 'Lan', last_name: 'Nguyễn' }, 'Lan Nguyễn'],
    [{ first_name: 'Lan' }, 'Lan'],
    [{ first_name: '', last_name: ' ' }, undefined],
    [{ first_name: 'L'.repeat(4097) }, undefined],
    [{ username: 'lan_1998' }, undefined],
  ])('Telegram tells in two parts: %j', (user, name) => {
    const from = { id: 7, ...user }
    const message = { message_id: 1, date: 1768000000, chat: { id: 7, type: 'private' }, from, text: 'hi' }
    expect(namesOfItems(telegram.normalize({ message }, { oaId: 'bot' }).items)).toEqual([name])
    expect(namesOfItems(telegram.normalize({ callback_query: { id: '1', from, data: 'x' } }, { oaId: 'bot' }).items)).toEqual([name])
  })

  test('Twilio tells as ProfileName, and a widget as visitorName', () => {
    const form = { MessageSid: 'SM1', From: 'whatsapp:+84901234567', To: 'whatsapp:+15550051310', Body: 'hi' }
    expect(namesOfItems(twilio.normalize({ ...form, ProfileName: 'Lan' }).items)).toEqual(['Lan'])
    expect(namesOfItems(twilio.normalize(form).items)).toEqual([undefined])
    const events = [{ type: 'message', id: 'w_1', text: 'hi' }]
    expect(namesOfItems(widget.normalize({ widgetId: 's', visitorId: 'v', visitorName: 'Lan', events }).items)).toEqual(['Lan'])
  })

  test('is read from collected bodies, and from none that is not the customer’s', () => {
    const named = Object.entries(channels).map(([channel, { normalizer }]) => {
      const items = namesOf(channel).flatMap((name) => normalizer.normalize(bodyOf(channel, name), optionsOf(channel, name)).items)
      for (const { event, customerName } of items) {
        if ('direction' in event && event.direction === 'outbound') expect(customerName).toBeUndefined()
        if (event.type === 'receipt') expect(customerName).toBeUndefined()
      }
      return [channel, items.some(({ customerName }) => customerName !== undefined)]
    })
    expect(Object.fromEntries(named)).toEqual({
      ...{ dialog360: true, evolution: true, telegram: true, twilio: true, whatsapp: true },
      ...{ instagram: false, messenger: false, widget: false, zalo: false },
    })
  })
})

describe('a name that a channel tells', () => {
  let store: ConversationStore
  const account = () => store.forAccount('acme')
  const key = { oaId, customerId: lan }
  const names = async () => {
    const conversation = await account().findByOaAndCustomer(key)
    return [conversation?.customerName, (await account().findContact(key))?.name]
  }
  const ingest = (value: object, field?: string) => ingestWebhook(store, whatsapp, whatsappBody(value, field))

  beforeEach(async () => {
    store = createConversationStore({ adapter: memory() })
    await store.migrate()
    await account().connectInbox({ oaId, channel: 'whatsapp' })
  })

  test('becomes the customer’s, and a later one replaces it', async () => {
    await ingest({ contacts: [contact(lan, 'Lan')], messages: [said('m1')] })
    expect(await names()).toEqual(['Lan', 'Lan'])
    await ingest({ contacts: [contact(lan, 'Lan N.')], messages: [said('m2')] })
    await ingest({ messages: [said('m3')] })
    expect(await names()).toEqual(['Lan N.', 'Lan N.'])
  })

  test('never replaces one that a person typed', async () => {
    await ingest({ contacts: [contact(lan, 'lan_1998')], messages: [said('m1')] })
    await account().updateContact({ ...key, name: 'Mrs Lan' })
    await account().updateNickname({ ...key, nickname: 'Lan from the market' })
    await ingest({ contacts: [contact(lan, 'lan_2000')], messages: [said('m2')] })
    expect(await names()).toEqual(['lan_2000', 'Mrs Lan'])
    expect(await account().findByOaAndCustomer(key)).toMatchObject({ nickname: 'Lan from the market' })
  })

  test('changes nothing when its body comes again, when it comes with a reaction, or when it is history', async () => {
    const first = { contacts: [contact(lan, 'Lan')], messages: [said('m1')] }
    await ingest(first)
    await ingest({ contacts: [contact(lan, 'Lan N.')], messages: [said('m2')] })
    const before = await account().findByOaAndCustomer(key)
    await ingest(first)
    expect(await account().findByOaAndCustomer(key)).toEqual(before)
    const reaction = { ...said('r1'), type: 'reaction', reaction: { message_id: 'm1', emoji: '👍' } }
    await ingest({ contacts: [contact(lan, 'lan')], messages: [reaction] })
    await ingest({ contacts: [contact(lan, 'lan')], messages: [said('m0', { type: 'image', image: { id: '1' } })] }, 'history')
    expect(await names()).toEqual(['Lan N.', 'Lan N.'])
  })
})
