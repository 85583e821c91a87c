import { test } from 'vitest';
import { chromiumOf, openPage } from '../../chromium.ts';
import { writeFileSync } from 'node:fs';
test('shots', async context => {
  const page = await openPage(chromiumOf(context), 'file:///tmp/page-200.html');
  const full = async (name: string, width: number, from = 0, height = 2400) => {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    const { data } = await page.send('Page.captureScreenshot', {
      captureBeyondViewport: true,
      clip: { x: 0, y: from, width, height, scale: 1 },
    });
    writeFileSync(`/tmp/shots/${name}.png`, Buffer.from(data, 'base64'));
  };
  await full('light1', 1280, 0, 1800);
  await full('light2', 1280, 1800, 1800);
  await full('light3', 1280, 3600, 1800);
  await full('light4', 1280, 5400, 1800);
  await full('light5', 1280, 7200, 1800);
  await full('phone', 390, 0, 2000);
  await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await full('dark1', 1280, 0, 1800);
  await full('dark2', 1280, 1800, 1800);
  await page.close();
});
