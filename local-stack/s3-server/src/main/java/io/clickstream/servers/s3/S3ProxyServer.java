package io.clickstream.servers.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * A real S3 HTTP server on loopback that keeps its objects in a folder. Started by {@code
 * io.clickstream.servers.S3Server} in a class loader of its own, hence only JDK types at the seam:
 * supplies its endpoint, and closes.
 */
public final class S3ProxyServer implements Supplier<URI>, AutoCloseable {

  private static final int MAX_THREADS = 200;

  private final S3Proxy server;

  /**
   * Starts.
   *
   * @param folder existing folder for buckets and objects
   * @param port 0 for a free one
   * @param buckets made if missing
   */
  public S3ProxyServer(
      Path folder, int port, String accessKey, String secretKey, List<String> buckets)
      throws Exception {
    FilesystemNio2BlobStore store = new FilesystemNio2BlobStore(folder.toString());
    for (String bucket : buckets) {
      if (!store.containerExists(bucket)) {
        store.createContainer(bucket);
      }
    }
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            .ignoreUnknownHeaders(true)
            .jettyMaxThreads(MAX_THREADS)
            .build();
    server.start();
  }

  @Override
  public URI get() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server did not stop", e);
    }
  }
}
