// Elements are made from text, never from markup: what comes from an index cannot become code.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'share') node.style.setProperty('--share', Math.min(1, Math.max(0, value)));
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * An HTML element with attributes (or on-listeners) and children, strings being text. A share, from
 * 0 to 1, is handed to the style sheet.
 */
export function el(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same in SVG. */
export function svg(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

export const byId = (id) => document.getElementById(id);

export const whole = (n) => Number(n).toLocaleString('en');
export const percent = (x, digits = 0) => `${(100 * x).toFixed(digits)} %`;
export const score = (x) => x.toFixed(Math.abs(x) < 10 ? 4 : 2);

export function ms(x) {
  if (x >= 10_000) return `${(x / 1000).toFixed(0)} s`;
  return x >= 1000 ? `${(x / 1000).toFixed(1)} s` : `${x.toFixed(x < 10 ? 1 : 0)} ms`;
}

export function bytes(n) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${n.toFixed(n < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}
