import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A subscriber that knows nothing of Jangkau but its topic and the registry: prints one line
 * "token<TAB>record as JSON" for each record of coverage.persons. Arguments: bootstrap servers, registry.
 */
public class ReadCoverage {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<Integer, GenericDatumReader<GenericRecord>> READERS = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", arguments[0],
                "isolation.level", "read_committed",
                "key.deserializer", StringDeserializer.class,
                "value.deserializer", ByteArrayDeserializer.class);
        try (var consumer = new KafkaConsumer<String, byte[]>(settings)) {
            var partitions = consumer.partitionsFor("coverage.persons").stream()
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    System.out.println(record.key() + "\t" + decode(arguments[1], record.value()));
                }
            }
        }
    }

    private static GenericRecord decode(String registry, byte[] value) throws Exception {
        var framed = ByteBuffer.wrap(value);
        if (framed.get() != 0) {
            throw new IllegalStateException("not in Confluent framing");
        }
        int id = framed.getInt();
        if (!READERS.containsKey(id)) {
            READERS.put(id, new GenericDatumReader<>(schema(registry, id)));
        }
        var decoder = DecoderFactory.get().binaryDecoder(value, framed.position(), framed.remaining(), null);
        return READERS.get(id).read(null, decoder);
    }

    private static Schema schema(String registry, int id) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(registry + "/schemas/ids/" + id)).build();
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        return new Schema.Parser().parse(new ObjectMapper().readTree(answer.body()).get("schema").asText());
    }
}
