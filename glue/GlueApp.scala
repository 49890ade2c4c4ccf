import io.clickstream.etl.EtlMain

/** Runs the Java job with the arguments that Glue passes. A failed slice throws an exception. */
object GlueApp {
  def main(arguments: Array[String]): Unit = {
    val result = EtlMain.run(arguments: _*)
    println(result.total.toJson)
    if (!result.failures.isEmpty) {
      throw new IllegalStateException(s"${result.failures.size} slices failed; the first: ${result.failures.get(0)}")
    }
  }
}
