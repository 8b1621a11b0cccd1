"use strict";
// Draws the plots of a report from its figures.
const COLOURS = ["#0a7a5c", "#c8501e", "#3b6fb6", "#8a5cb8", "#b8860b", "#5a6b7a", "#b03060", "#2f8f9d", "#6b8e23", "#444444"];
const methods = [...new Set(figures.results.filter(r => r.budget > 0).map(r => r.method))]
  .sort((a, b) => (a === "adaptive" ? -1 : b === "adaptive" ? 1 : 0));
const colour = name => COLOURS[Math.max(0, methods.indexOf(name)) % COLOURS.length];

/** Draws the 95 % interval of every point that has one. */
const intervals = {
  id: "intervals",
  afterDatasetsDraw(chart) {
    const context = chart.ctx;
    context.save();
    chart.data.datasets.forEach((set, i) => {
      if (!chart.isDatasetVisible(i)) return;
      for (const point of set.data) {
        if (!point.interval) continue;
        const x = chart.scales.x.getPixelForValue(point.x);
        const low = chart.scales.y.getPixelForValue(point.interval.low);
        const high = chart.scales.y.getPixelForValue(point.interval.high);
        context.strokeStyle = set.borderColor;
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(x, low);
        context.lineTo(x, high);
        context.moveTo(x - 3, low);
        context.lineTo(x + 3, low);
        context.moveTo(x - 3, high);
        context.lineTo(x + 3, high);
        context.stroke();
      }
    });
    context.restore();
  }
};

/** Labels 1, 2 and 5 of every decade only. */
function decade(value) {
  const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some(x => Math.abs(first - x) < 1e-6) ? value : "";
}

/** Draws a plot, where the report has a place for it. */
function draw(id, datasets, x, y) {
  const canvas = document.getElementById(id);
  if (!canvas) return;
  new Chart(canvas, {
    type: "line",
    data: { datasets },
    plugins: [intervals],
    options: {
      animation: false,
      maintainAspectRatio: false,
      color: "#222",
      plugins: {
        legend: { position: "bottom", labels: { boxWidth: 12, font: { size: 11 }, filter: item => !item.text.startsWith("_") } }
      },
      scales: {
        x: { type: x.type || "linear", min: x.min, max: x.max, title: { display: true, text: x.text, color: "#222" }, ticks: { color: "#222", maxRotation: 0, callback: x.type ? decade : undefined } },
        y: { type: y.type || "linear", min: y.min, max: y.max, title: { display: true, text: y.text, color: "#222" }, ticks: { color: "#222" } }
      }
    }
  });
}

function series(method, k, x) {
  return {
    label: method,
    borderColor: colour(method),
    backgroundColor: colour(method),
    borderWidth: method === "adaptive" ? 3 : 1.5,
    pointRadius: 3,
    data: figures.results.filter(r => r.method === method).map(r => ({
      x: x(r), y: r["recall@" + k], interval: (r.recallIntervals || {})["recall@" + k]
    }))
  };
}

/** Relevance of a method by its calls; what costs none is a point at 0. */
function relevance(method, measure, results, dash) {
  return {
    label: (dash.length ? "_" : "") + method,
    borderColor: colour(method),
    backgroundColor: colour(method),
    borderDash: dash,
    borderWidth: method === "adaptive" ? 3 : 1.5,
    pointRadius: 3,
    data: results.filter(r => r.method === method && r.budget !== undefined).map(r => ({ x: r.budget, y: r[measure] }))
  };
}

const free = [...new Set(figures.results.filter(r => r.budget === 0).map(r => r.method))];
for (const [id, measure] of [["mrr", "mrr@10"], ["ndcg", "ndcg@10"]]) {
  draw(id, methods.concat(free).flatMap(m => [relevance(m, measure, figures.results, []), relevance(m, measure, figures.fused, [4, 3])]),
    { text: "calls" }, { text: measure === "mrr@10" ? "MRR@10" : "nDCG@10" });
}
draw("drowning", figures.pools.map((curve, i) => ({
  label: i === 0 ? "model alone" : "with the profile",
  borderColor: COLOURS[i],
  backgroundColor: COLOURS[i],
  pointRadius: 3,
  data: curve.points.map(p => ({ x: p.length, y: p.mrr, interval: { low: p.mrr - p.difference + p.low, high: p.mrr - p.difference + p.high } }))
})), { text: "length of the list", type: "logarithmic" }, { text: "MRR@10" });

for (const k of [10, 100]) {
  const lists = figures.curves.filter(curve => curve.k === k).map(curve => ({
    label: "_" + curve.name,
    borderColor: colour("rerank-" + curve.name),
    borderWidth: 0.8,
    pointRadius: 0,
    data: curve.points
  }));
  draw("budget" + k, methods.map(m => series(m, k, r => r.budget)).concat(lists), { text: "exact calls", type: "logarithmic", min: 20 }, { max: 1, text: "recall@" + k });
  draw("time" + k, methods.map(m => series(m, k, r => r.totalMs.p50)), { text: "ms" }, { max: 1, text: "recall@" + k });
}
draw("spectrum", [{
  label: "singular value",
  borderColor: COLOURS[0],
  pointRadius: 0,
  data: figures.spectrum.map((y, i) => ({ x: i + 1, y })).filter(point => point.y > 1e-7)
}], { text: "number" }, { text: "relative to the largest", type: "logarithmic" });
draw("calibration", figures.calibration.map((calibration, i) => ({
  label: calibration.budget + " calls, error " + calibration.error.toFixed(3),
  borderColor: COLOURS[i % COLOURS.length],
  backgroundColor: COLOURS[i % COLOURS.length],
  showLine: false,
  data: calibration.bins.map(bin => ({ x: bin.expected, y: bin.realised }))
})).concat([{ label: "_diagonal", borderColor: "#999", borderWidth: 1, pointRadius: 0, data: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }]),
{ min: 0, max: 1, text: "expected" }, { min: 0, max: 1, text: "found" });
const budgets = [...new Set(figures.results.filter(r => r.budget).map(r => r.budget))];
draw("size", budgets.flatMap((budget, i) => [10, 100].map(k => ({
  label: "recall@" + k + ", " + budget + " calls",
  borderColor: COLOURS[i % COLOURS.length],
  backgroundColor: COLOURS[i % COLOURS.length],
  borderDash: k === 10 ? [] : [4, 3],
  data: figures.sizes.map(size => {
    const result = figures.results.find(r => r.method === size.method && r.budget === budget);
    return result && { x: size.bytes / 1e6, y: result["recall@" + k], interval: result.recallIntervals["recall@" + k] };
  }).filter(Boolean).sort((a, b) => a.x - b.x)
}))), { text: "MB" }, { max: 1, text: "recall" });
