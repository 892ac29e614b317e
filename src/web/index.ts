import { csrf } from 'hono/csrf'
import { router } from '../platform/http.ts'
import { boardPage, pressBoard } from './board.tsx'
import { bookingPage, cancelBooking, cancelPage, confirmBooking, extendHold } from './booking.tsx'
import { deskCancel, deskCancelPage, deskPage } from './desk.tsx'
import { findPage, holdSlot } from './find.tsx'
import { boardLive, hallLive, hallPage, posterPage } from './hall.tsx'
import { homePage } from './home.tsx'
import { join, joinPage, moveTicket, ticketLive, ticketPage } from './queue.tsx'
import { signIn, signInPage, signOutHere } from './sign-in.tsx'
import { answerQuote, cancelJob, chooseInstead, followPage, jobCancelPage, jobPhoto } from './work.tsx'
import { myWorkPage, receivePage, receiveWork, workBoardPage } from './work-board.tsx'
import { labelPage, orderPage, orderPhoto, pressOrder, uploadPhoto } from './work-order.tsx'

export { type OutboxReader, outboxRoutes } from './outbox.tsx'
export { problemPage } from './page.tsx'
export { referencePage } from './reference/page.tsx'
export { tellMeRoutes } from './tell-me.tsx'
export { type WordReader, wordRoutes } from './word.tsx'

/** The pages. Forms are posted from our own pages alone, and answered with the page to look at next. */
export const webRoutes = router()

for (const path of ['/services/*', '/my/*', '/desk/*', '/queue/*', '/t/*', '/w/*', '/sign-in', '/sign-out'])
  webRoutes.use(path, csrf())

webRoutes.get('/', homePage)
webRoutes.get('/services/:id', findPage)
webRoutes.post('/services/:id/hold', holdSlot)
webRoutes.get('/my/:token', bookingPage)
webRoutes.post('/my/:token/confirm', confirmBooking)
webRoutes.post('/my/:token/extend', extendHold)
webRoutes.get('/my/:token/cancel', cancelPage)
webRoutes.post('/my/:token/cancel', cancelBooking)
webRoutes.get('/desk', deskPage)
webRoutes.get('/desk/bookings/:id/cancel', deskCancelPage)
webRoutes.post('/desk/bookings/:id/cancel', deskCancel)
webRoutes.get('/sign-in/:token', signInPage)
webRoutes.post('/sign-in', signIn)
webRoutes.post('/sign-out', signOutHere)
webRoutes.get('/queue/:location', (c) => joinPage(c))
webRoutes.post('/queue/:location', join)
webRoutes.get('/queue/:location/poster', posterPage)
webRoutes.get('/t/:token', ticketPage)
webRoutes.post('/t/:token', moveTicket)
webRoutes.get('/t/:token/live', ticketLive)
webRoutes.get('/hall/:location', hallPage)
webRoutes.get('/hall/:location/live', hallLive)
webRoutes.get('/desk/queue', boardPage)
webRoutes.post('/desk/queue', pressBoard)
webRoutes.get('/desk/queue/live', boardLive)
webRoutes.get('/w/:token', followPage)
webRoutes.post('/w/:token/quote', answerQuote)
webRoutes.post('/w/:token/choose', chooseInstead)
webRoutes.get('/w/:token/cancel', jobCancelPage)
webRoutes.post('/w/:token/cancel', cancelJob)
webRoutes.get('/w/:token/photos/:photo', jobPhoto)
webRoutes.get('/desk/work', workBoardPage)
webRoutes.get('/desk/work/mine', myWorkPage)
webRoutes.get('/desk/work/new', receivePage)
webRoutes.post('/desk/work/new', receiveWork)
webRoutes.get('/desk/work/:id', orderPage)
webRoutes.post('/desk/work/:id', pressOrder)
webRoutes.get('/desk/work/:id/label', labelPage)
webRoutes.get('/desk/work/:id/photos/:photo', orderPhoto)
webRoutes.post('/desk/work/:id/photos', uploadPhoto)
