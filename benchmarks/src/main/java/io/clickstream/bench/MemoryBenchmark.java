package io.clickstream.bench;

import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the peak resident memory of the job's process, which is driver and executor in one. It
 * loads an hour with a tenth of the events, then the whole hour.
 */
final class MemoryBenchmark implements Benchmark {

  private static final double AT_MOST = 1.3;
  private static final int TENTH = 10;
  private static final String HEAP = "-Xmx2g";

  @Override
  public void run(Workbench bench) throws Exception {
    int all = bench.of(5_000_000, 500_000, 1_000);
    int fewer = all / TENTH;
    double peakOfFewer = peakMegabytes(bench, fewer);
    double peakOfAll = peakMegabytes(bench, all);
    bench.add(
        Target.atMost(
            AT_MOST,
            "peak memory, %,d events / %,d events".formatted(all, fewer),
            Ratio.once(peakOfAll / peakOfFewer)));
    Map<String, Spread> peaks = new LinkedHashMap<>();
    peaks.put("%,d events".formatted(fewer), Spread.of(List.of(peakOfFewer)));
    peaks.put("%,d events".formatted(all), Spread.of(List.of(peakOfAll)));
    bench.add(new Figure("peak memory", "MB", peaks));
  }

  private static double peakMegabytes(Workbench bench, int events) throws Exception {
    bench.progress("writing and loading %,d events", events);
    RawHours hour = RawHours.oneHour(Files.createTempDirectory(bench.folder(), "memory-"));
    hour.write(hour.traffic(events), RawHours.BATCH);
    return HourBenchmark.load(bench, hour, events, HEAP).peakMegabytes();
  }
}
