// Makes a photo of a telephone small enough to send, before its form does. Without this the photo goes as it is.
const input = document.querySelector('form[data-photo] input[type="file"]')
const longestSide = 2_000

input?.addEventListener('change', async () => {
  const [file] = input.files
  if (!file?.type.startsWith('image/')) return
  const image = await createImageBitmap(file).catch(() => undefined)
  if (!image) return
  const scale = longestSide / Math.max(image.width, image.height)
  if (scale >= 1) return
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85))
  if (!blob || input.files[0] !== file) return
  const small = new DataTransfer()
  small.items.add(new File([blob], 'photo.jpg', { type: 'image/jpeg' }))
  input.files = small.files
})
