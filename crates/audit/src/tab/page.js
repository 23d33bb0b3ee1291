// Gives what a page shows to those who decide about cookies. `S` holds the selectors, filled in by the auditor.
((S) => {
  const all = (selector, root = document) => {
    try {
      return selector ? [...root.querySelectorAll(selector)] : [];
    } catch {
      return [];
    }
  };
  const visible = (element) => {
    if (!element || !element.checkVisibility || !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const first = (selector, root) => all(selector, root).find(visible);

  // Colours: what is painted behind an element is the first opaque background among it and its ancestors.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    if (!canvas) return [255, 255, 255, 255];
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] > 127) return colour;
    }
    return [255, 255, 255, 255];
  };
  const light = (colour) => {
    const [r, g, b] = [...colour].slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const button = (element) => {
    if (!element) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      width: box.width,
      height: box.height,
      font_size: parseFloat(style.fontSize) || 0,
      font_weight: parseFloat(style.fontWeight) || 0,
      contrast: contrast(rgba(style.color), behind(element)),
      prominence: contrast(behind(element), behind(element.parentElement || element)),
    };
  };

  const shown = first(S.banner);
  const banner = shown && {
    accept: button(first(S.accept, shown)),
    refuse: button(first(S.refuse, shown)),
    customise: Boolean(first(S.customise, shown)),
    close: Boolean(first(S.close, shown)),
  };
  const choosers = [...all(S.banner), ...all(S.panel)];
  const ticked = choosers.flatMap((one) => all(S.service, one)).filter((box) => box.checked && !box.disabled);
  const links = all("a[href], area[href], link[rel=alternate][href]").map((link) => link.href).filter((link) => link.startsWith("http"));
  const hint = /(^|\s)(preconnect|dns-prefetch|prefetch|prerender|preload|modulepreload)(\s|$)/;
  return JSON.stringify({
    banner: banner || null,
    ticked: [...new Set(ticked.map((box) => box.value))],
    manage: all(S.manage).length > 0,
    charter: all(S.charter).length > 0,
    form: all("form").some((form) => form.method === "post"),
    placeholders: all(S.placeholder).map((one) => one.dataset.service || ""),
    links: [...new Set(links)],
    hints: all("link[rel][href]").filter((link) => hint.test(link.rel)).map((link) => link.href),
    html: document.contentType === "text/html",
  });
})
